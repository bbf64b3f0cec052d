using KpsCrm.Web.Features.Records;

namespace KpsCrm.Web.Live;

/// <summary>One open page's place at a record, from <see cref="Presence.EnterAsync"/>.</summary>
public sealed class Seat : IDisposable
{
    private readonly Presence _presence;
    private readonly Action _onChanged;

    internal Seat(Presence presence, RecordRef record, int userId, Action onChanged) => (_presence, Record, UserId, _onChanged) = (presence, record, userId, onChanged);

    public RecordRef Record { get; }
    public int UserId { get; }
    internal string? Field { get; private set; }
    internal bool Away { get; private set; }

    public IReadOnlyList<Present> Others => _presence.At(Record, UserId);

    /// <summary>The field that is being edited; null for none.</summary>
    public void Edit(string? field)
    {
        if (Field == field)
            return;
        Field = field;
        _presence.Changed(Record);
    }

    /// <summary>The browser is out of reach, or back.</summary>
    public void SetAway(bool away)
    {
        if (Away == away)
            return;
        Away = away;
        _presence.Changed(Record);
    }

    internal void Tell() => _onChanged();

    public void Dispose() => _presence.Leave(this);
}
