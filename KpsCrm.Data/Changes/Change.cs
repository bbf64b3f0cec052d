namespace KpsCrm.Data.Changes;

/// <summary>What a change, or an open page, is about.</summary>
[Flags]
public enum Topics
{
    None = 0,
    Leads = 1,
    Clients = 2,
    Deals = 4,
    Activities = 8,
    Events = 16,
    Security = 32,
    Users = 64,
    Mail = 128,
    Quarantine = 256,
    Tasks = 512,
    Notifications = 1024,
    Files = 2048,
    Views = 4096,
    Settings = 8192,
    Sessions = 16384,

    /// <summary>Who sees what, where a role does not see everything: a record has another owner, a deal another client.</summary>
    Access = 32768,
    All = 65535,
}

public enum ChangeKind
{
    /// <summary>Also: back from the recycle bin.</summary>
    Added,
    Modified,

    /// <summary>Also: into the recycle bin.</summary>
    Deleted,

    /// <summary>Anything may have changed: after a lost connection, a write by another process, an overflow.</summary>
    Everything,
}

/// <summary>
/// Which record changed and by whom: identity, never state. The database is the truth, a screen that cares asks again.
/// </summary>
/// <param name="By">The user who did it; null for a visitor, the program or another process.</param>
public readonly record struct Change(Topics Topic, int Id, ChangeKind Kind, int? By)
{
    public static Change Everything(Topics topics = Topics.All) => new(topics, 0, ChangeKind.Everything, null);
}
