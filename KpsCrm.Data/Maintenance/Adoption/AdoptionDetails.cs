using System.Globalization;

namespace KpsCrm.Data.Maintenance;

/// <summary>
/// Everything the report only counts, one line each, as a CSV file for a spreadsheet: what a person should look at, and what has no place in a record.
/// Written as it comes, so that a million lines need no memory.
/// </summary>
internal sealed class AdoptionDetails : IDisposable
{
    private readonly StreamWriter _file;

    public AdoptionDetails(string path)
    {
        _file = new StreamWriter(path, append: false, new System.Text.UTF8Encoding(true));
        _file.Write("table,id,rule,column,value\r\n");
    }

    public long Lines { get; private set; }

    public void Add(string table, long id, string rule, string? column, string? value)
    {
        _file.Write($"{Cell(table)},{id.ToString(CultureInfo.InvariantCulture)},{rule},{Cell(column)},{Cell(value)}\r\n");
        Lines++;
    }

    private static string Cell(string? text) => Csv.Cell(text?.Replace('\0', ' '));

    /// <summary>On the disk for good.</summary>
    public void Finish()
    {
        _file.Flush();
        ((FileStream)_file.BaseStream).Flush(flushToDisk: true);
    }

    public void Dispose() => _file.Dispose();
}
