using KpsCrm.Web.Features.Duplicates;

namespace KpsCrm.Web.Features.Pipeline;

public sealed record LostAnswer(string Reason, string? Note)
{
    public override string ToString() => Note is null ? Reason : $"{Reason}: {Note}";
}

/// <summary>How several leads end together.</summary>
public sealed record LeadsEnd(string? LostReason);

/// <summary>What the dialog for a won lead starts from.</summary>
/// <param name="Known">Clients who could be the same, the surest first.</param>
/// <param name="Already">The deal that it has become already.</param>
public sealed record WonLead(string Name, string? Company, string? Service, long ValueCents, IReadOnlyList<Known> Known, string? Already);

/// <param name="JustWon">No client, no deal.</param>
/// <param name="ClientId">The client who gets the deal; null for a new one.</param>
public sealed record ConvertChoice(bool JustWon, int? ClientId, string ClientName, string? Company, string DealTitle, long AmountCents);

/// <summary>Where the "Move to…" dialog sends the card; or into the recycle bin.</summary>
public sealed record MoveAnswer(Stage To, Place Place, bool Delete = false);
