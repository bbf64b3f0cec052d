using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace KpsCrm.Web.Features.Records;

/// <summary>One line of an edit's history: the detail of its activity is a list of these.</summary>
/// <param name="Field">A key of <see cref="Fields"/>.</param>
/// <param name="Before">As people read it; null when it was empty.</param>
/// <param name="After">As people read it; null when it is empty now.</param>
public sealed record FieldEdit(string Field, string? Before, string? After)
{
    public static string ToJson(FieldEdit[] edits) => JsonSerializer.Serialize(edits, FieldEditJson.Readable.FieldEditArray);

    /// <summary>Nothing for a detail that is no such list.</summary>
    public static IReadOnlyList<FieldEdit> FromJson(string? json)
    {
        try
        {
            return json is null ? [] : JsonSerializer.Deserialize(json, FieldEditJson.Readable.FieldEditArray) ?? [];
        }
        catch (JsonException)
        {
            return [];
        }
    }

    /// <summary>Found in the detail of every edit of the field.</summary>
    internal static string Mark(Field field) => $"\"field\":\"{field.Key}\"";
}

[JsonSerializable(typeof(FieldEdit[]))]
internal sealed partial class FieldEditJson : JsonSerializerContext
{
    /// <summary>Leaves letters of every script as they are, for those who read the database with their own eyes.</summary>
    public static FieldEditJson Readable { get; } = new(new JsonSerializerOptions(JsonSerializerDefaults.Web) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
}
