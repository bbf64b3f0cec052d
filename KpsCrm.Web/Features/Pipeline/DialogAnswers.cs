namespace KpsCrm.Web.Features.Pipeline;

public sealed record LostAnswer(string Reason, string? Note)
{
    public override string ToString() => Note is null ? Reason : $"{Reason}: {Note}";
}

/// <summary>What the dialog for a won lead starts from.</summary>
/// <param name="ExistingClient">The client who has the lead's e-mail address already.</param>
public sealed record WonLead(string Name, string? Company, string? Service, long ValueCents, string? ExistingClient);

/// <param name="JustWon">No client, no deal.</param>
public sealed record ConvertChoice(bool JustWon, string ClientName, string? Company, string DealTitle, long AmountCents);

/// <summary>Where the "Move to…" dialog sends the card.</summary>
public sealed record MoveAnswer(Stage To, Place Place);
