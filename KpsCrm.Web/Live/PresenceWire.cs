using System.Text.Json;
using System.Text.Json.Serialization;
using KpsCrm.Data.Changes;
using KpsCrm.Web.Features.Records;

namespace KpsCrm.Web.Live;

/// <summary>
/// Carries presence between instances: each says for a record who sits at it there, always the whole list, so that the last word is right whatever was missed.
/// Numbers of people and names of fields only.
/// </summary>
internal sealed class PresenceWire : IDisposable
{
    /// <summary>As many as fit; who comes later is not told to other instances.</summary>
    private const int MostPeople = 60;

    private readonly string _origin = Guid.NewGuid().ToString("N");
    private readonly Whispers _whispers;
    private readonly ILogger _log;
    private readonly Func<RecordRef, IReadOnlyList<Present>> _here;
    private readonly Action<RecordRef, string, IReadOnlyList<Present>, bool> _hear;
    private readonly Action _sayAll;
    private readonly Lock _lock = new();
    private readonly Dictionary<RecordRef, bool> _unsaid = [];
    private bool _saying;

    public PresenceWire(Whispers whispers, ILogger log, Func<RecordRef, IReadOnlyList<Present>> here, Action<RecordRef, string, IReadOnlyList<Present>, bool> hear, Action sayAll)
    {
        (_whispers, _log, _here, _hear, _sayAll) = (whispers, log, here, hear, sayAll);
        whispers.Heard += Hear;
        whispers.Reconnected += sayAll;
    }

    /// <summary>Says who sits at the record, soon; what changes before that is said with it.</summary>
    /// <param name="asks">The others are to answer who sits there with them.</param>
    public void Say(RecordRef record, bool asks = false)
    {
        if (!_whispers.Carries)
            return;
        lock (_lock)
        {
            _unsaid[record] = asks || _unsaid.GetValueOrDefault(record);
            if (_saying)
                return;
            _saying = true;
        }
        using (ExecutionContext.SuppressFlow())
            _ = Task.Run(SayAllAsync);
    }

    private async Task SayAllAsync()
    {
        while (Next() is var (record, asks))
        {
            try
            {
                var people = _here(record).Take(MostPeople).Select(p => new WhisperPerson(p.UserId, p.Fields.Count == 0 ? null : [.. p.Fields]));
                await _whispers.SayAsync(JsonSerializer.Serialize(new Whisper(_origin, record.Kind, record.Id, [.. people], asks), WhisperJson.Default.Whisper));
            }
            catch (Exception e)
            {
                // The next heartbeat says it again.
                _log.LogDebug("Could not tell the other instances who looks at what ({Reason})", e.Message);
            }
        }
    }

    private (RecordRef Record, bool Asks)? Next()
    {
        lock (_lock)
        {
            foreach (var (record, asks) in _unsaid)
            {
                _unsaid.Remove(record);
                return (record, asks);
            }
            _saying = false;
            return null;
        }
    }

    private void Hear(string words)
    {
        try
        {
            if (JsonSerializer.Deserialize(words, WhisperJson.Default.Whisper) is { } said && said.Origin != _origin)
                _hear(new(said.Kind, said.Id), said.Origin, [.. said.People.Select(p => new Present(p.Id, p.Fields ?? []))], said.Asks);
        }
        catch (JsonException)
        {
            // Not ours, or from a newer program.
        }
    }

    public void Dispose()
    {
        _whispers.Heard -= Hear;
        _whispers.Reconnected -= _sayAll;
    }
}

internal sealed record Whisper(string Origin, RecordKind Kind, int Id, WhisperPerson[] People, bool Asks);

internal sealed record WhisperPerson(int Id, string[]? Fields);

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(Whisper))]
internal sealed partial class WhisperJson : JsonSerializerContext;
