namespace KpsCrm.Data;

/// <summary>What can lie in the recycle bin.</summary>
public enum ItemKind
{
    Lead,
    Client,
    Deal,
    Task,
    File,
}

/// <summary>One lead, client, deal, task or file.</summary>
public readonly record struct ItemRef(ItemKind Kind, int Id)
{
    public static ItemRef Lead(int id) => new(ItemKind.Lead, id);

    public static ItemRef Client(int id) => new(ItemKind.Client, id);

    public static ItemRef Deal(int id) => new(ItemKind.Deal, id);

    /// <summary>"lead"</summary>
    public string Noun => Columns.Word(Kind);

    /// <summary>Where it can be looked at; null for what has no page of its own.</summary>
    public string? Href => Kind <= ItemKind.Deal ? $"/{Noun}s/{Id}" : null;

    /// <summary>The record that a task or file belongs to; null when to none.</summary>
    public static ItemRef? Of(int? leadId, int? clientId, int? dealId) =>
        dealId is { } deal ? Deal(deal) : leadId is { } lead ? Lead(lead) : clientId is { } client ? Client(client) : null;
}
