using KpsCrm.Data;
using KpsCrm.Data.Changes;
using KpsCrm.Data.Security;
using KpsCrm.Web.Features.Records;

namespace KpsCrm.Web.Live;

/// <summary>Who has a record open, and which fields they are editing: a person counts once, whatever number of tabs.</summary>
public sealed record Present(int UserId, IReadOnlyList<string> Fields);

/// <summary>
/// Who has which record open, on this instance and the others. Kept in memory alone; only those who may see a record can sit down at it, and only they hear of it.
/// Where nobody sits nothing is kept, said or timed.
/// </summary>
public sealed class Presence : IDisposable
{
    /// <summary>How often an instance says again who sits where.</summary>
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(20);

    /// <summary>An instance that has been silent for this long has gone without a word.</summary>
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(50);

    private readonly CrmStore _store;
    private readonly TimeProvider _clock;
    private readonly PresenceWire _wire;
    private readonly Lock _lock = new();
    private readonly Dictionary<RecordRef, Table> _tables = [];
    private ITimer? _timer;

    public Presence(CrmStore store, Whispers whispers, TimeProvider clock, ILogger<Presence> log)
    {
        (_store, _clock) = (store, clock);
        _wire = new PresenceWire(whispers, log, PeopleHere, Hear, SayAll);
    }

    /// <summary>Records at which somebody of this instance sits, for tests.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
                return _tables.Count;
        }
    }

    /// <summary>Sits down at a record until the seat is disposed.</summary>
    /// <param name="onChanged">Called on any thread when the others, or their fields, changed.</param>
    /// <returns>Null when the person may not see the record, or it isn't there.</returns>
    public async Task<Seat?> EnterAsync(Actor who, RecordRef record, Action onChanged)
    {
        if (who.UserId is not { } user || !await _store.ReadAsync(who, record.IsThereAsync))
            return null;

        var seat = new Seat(this, record, user, onChanged);
        lock (_lock)
        {
            if (!_tables.TryGetValue(record, out var table))
                _tables[record] = table = new Table();
            table.Seats.Add(seat);
            _timer ??= _clock.CreateTimer(_ => Beat(), null, Heartbeat, Heartbeat);
        }
        Changed(record, asks: true);
        return seat;
    }

    /// <summary>Everyone at a record but <paramref name="except"/>, in the order of their numbers.</summary>
    internal IReadOnlyList<Present> At(RecordRef record, int except)
    {
        lock (_lock)
            return _tables.TryGetValue(record, out var table) ? table.People.Where(p => p.UserId != except).ToList() : [];
    }

    internal void Leave(Seat seat)
    {
        lock (_lock)
        {
            if (!_tables.TryGetValue(seat.Record, out var table) || !table.Seats.Remove(seat))
                return;
            if (table.Seats.Count == 0)
                _tables.Remove(seat.Record);
            if (_tables.Count == 0)
            {
                _timer?.Dispose();
                _timer = null;
            }
        }
        Changed(seat.Record);
    }

    internal void Changed(RecordRef record, bool asks = false)
    {
        Tell(record);
        _wire.Say(record, asks);
    }

    private void Tell(RecordRef record)
    {
        Seat[] seats;
        lock (_lock)
            seats = _tables.TryGetValue(record, out var table) ? [.. table.Seats] : [];
        foreach (var seat in seats)
            seat.Tell();
    }

    private IReadOnlyList<Present> PeopleHere(RecordRef record)
    {
        lock (_lock)
            return _tables.TryGetValue(record, out var table) ? table.Here.ToList() : [];
    }

    /// <summary>Another instance said who sits at a record there.</summary>
    private void Hear(RecordRef record, string origin, IReadOnlyList<Present> people, bool asks)
    {
        lock (_lock)
        {
            if (!_tables.TryGetValue(record, out var table))
                return;
            if (people.Count > 0)
                table.Elsewhere[origin] = (people, _clock.GetTimestamp());
            else
                table.Elsewhere.Remove(origin);
        }
        Tell(record);
        if (asks)
            _wire.Say(record);
    }

    private void SayAll() => Beat(asks: true);

    private void Beat(bool asks = false)
    {
        RecordRef[] all;
        var silent = new List<RecordRef>();
        lock (_lock)
        {
            all = [.. _tables.Keys];
            foreach (var (record, table) in _tables)
            {
                foreach (var origin in table.Elsewhere.Where(e => _clock.GetElapsedTime(e.Value.HeardAt) > Silence).Select(e => e.Key).ToList())
                {
                    table.Elsewhere.Remove(origin);
                    silent.Add(record);
                }
            }
        }
        foreach (var record in silent)
            Tell(record);
        foreach (var record in all)
            _wire.Say(record, asks);
    }

    public void Dispose()
    {
        _timer?.Dispose();
        _wire.Dispose();
    }

    /// <summary>The people at one record.</summary>
    private sealed class Table
    {
        public List<Seat> Seats { get; } = [];
        public Dictionary<string, (IReadOnlyList<Present> People, long HeardAt)> Elsewhere { get; } = [];

        public IEnumerable<Present> Here => Once(Seats.Where(s => !s.Away).Select(s => new Present(s.UserId, s.Field is null ? [] : [s.Field])));

        public IEnumerable<Present> People => Once(Here.Concat(Elsewhere.Values.SelectMany(e => e.People)));

        private static IEnumerable<Present> Once(IEnumerable<Present> all) =>
            all.GroupBy(p => p.UserId).OrderBy(g => g.Key).Select(g => new Present(g.Key, [.. g.SelectMany(p => p.Fields).Distinct()]));
    }
}
