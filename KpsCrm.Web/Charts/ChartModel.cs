using System.Text.Json;
using System.Text.Json.Serialization;

namespace KpsCrm.Web.Charts;

[JsonConverter(typeof(JsonStringEnumConverter<ChartKind>))]
public enum ChartKind
{
    /// <summary>Lying bars, for names.</summary>
    Bars,

    /// <summary>Standing bars, for time.</summary>
    Columns,

    /// <summary>The first series as columns, the second as a line on an axis of its own.</summary>
    ColumnsAndLine,

    /// <summary>Parts of a whole; one series.</summary>
    Donut,
}

[JsonConverter(typeof(JsonStringEnumConverter<ChartFormat>))]
public enum ChartFormat
{
    Count,
    Dollars,
}

/// <param name="Color">A CSS variable of app.css, so that a colour means the same everywhere and follows the theme.</param>
public sealed record ChartSeries(string Name, ChartFormat Format, string Color);

/// <param name="Label">Short, for the axis; may have two lines.</param>
/// <param name="LongLabel">For the table and the tooltip.</param>
/// <param name="Values">One per series; money in dollars.</param>
/// <param name="Href">The list with exactly the rows behind the point.</param>
/// <param name="Color">A CSS variable for this point alone.</param>
public sealed record ChartPoint(string Label, string LongLabel, IReadOnlyList<decimal> Values, string? Href = null, string? Color = null);

/// <summary>What a chart shows, without a word of the library's options; the module beside <see cref="ApexChart"/> knows those.</summary>
public sealed record ChartModel(ChartKind Kind, IReadOnlyList<ChartSeries> Series, IReadOnlyList<ChartPoint> Points)
{
    private static readonly JsonSerializerOptions Web = new(JsonSerializerDefaults.Web);

    public bool IsEmpty => Points.All(p => p.Values.All(v => v == 0));

    public string ToJson() => JsonSerializer.Serialize(this, Web);

    /// <summary>The same as the table, for a spreadsheet. A value that a spreadsheet would run as a formula is quoted as text.</summary>
    public string ToCsv(string firstColumn)
    {
        var lines = Points.Select(p => string.Join(',', p.Values.Select(v => v.ToString(System.Globalization.CultureInfo.InvariantCulture)).Prepend(Cell(p.LongLabel))));
        return string.Join("\r\n", lines.Prepend(string.Join(',', Series.Select(s => Cell(s.Name)).Prepend(Cell(firstColumn))))) + "\r\n";
    }

    private static string Cell(string text) => $"\"{(text is ['=' or '+' or '-' or '@' or '\t' or '\r' or '\n' or '＝' or '＋' or '－' or '＠', ..] ? "'" : "")}{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
