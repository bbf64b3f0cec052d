using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace KpsCrm.Web.Features.Activities;

public enum CallOutcome
{
    Reached,
    NoAnswer,
    LeftMessage,
}

/// <summary>What a note's or a call's activity keeps in its detail beside its words.</summary>
/// <param name="Words">Of a call: what was typed, if anything. A note's words are its summary.</param>
public sealed record NoteDetail(IReadOnlyList<Mention>? Mentions = null, CallOutcome? Outcome = null, string? Words = null)
{
    internal string ToJson() => JsonSerializer.Serialize(this, NoteDetailJson.Readable.NoteDetail);

    /// <summary>Empty for a detail that is none of these.</summary>
    public static NoteDetail FromJson(string? json)
    {
        try
        {
            return json is null ? new() : JsonSerializer.Deserialize(json, NoteDetailJson.Readable.NoteDetail) ?? new();
        }
        catch (JsonException)
        {
            return new();
        }
    }
}

[JsonSerializable(typeof(NoteDetail))]
internal sealed partial class NoteDetailJson : JsonSerializerContext
{
    /// <summary>Leaves letters of every script as they are, for those who read the database with their own eyes.</summary>
    public static NoteDetailJson Readable { get; } = new(new JsonSerializerOptions(JsonSerializerDefaults.Web)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter<CallOutcome>(JsonNamingPolicy.SnakeCaseLower) },
    });
}
