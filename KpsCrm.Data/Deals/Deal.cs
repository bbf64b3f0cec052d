using KpsCrm.Data.Activities;
using KpsCrm.Data.Clients;
using KpsCrm.Data.Leads;
using KpsCrm.Data.Ordering;
using KpsCrm.Data.Security;
using KpsCrm.Data.Users;

namespace KpsCrm.Data.Deals;

public enum DealStage
{
    Proposal,
    Negotiation,
    Review,
    ClosedWon,
    ClosedLost,
}

/// <summary>A project or contract on its way to be signed (table <c>deals</c> of the compatibility contract; its stage is the column <c>status</c>).</summary>
public sealed class Deal : IEditable, IRanked
{
    public const int TitleMaxLength = 200;
    public const int NoteMaxLength = 2_000;
    public const int DescriptionMaxLength = 10_000;
    public const long MaxAmountCents = 1_000_000_000_00;

    public int Id { get; init; }
    public int? ClientId { get; set; }
    public Client? Client { get; set; }
    public int? LeadId { get; set; }
    public Lead? Lead { get; set; }
    public required string Title { get; set; }
    public string? Description { get; set; }

    /// <summary>Cents.</summary>
    public long AmountCents { get; set; }

    public DealStage Stage { get; private set; }

    /// <summary>Percent, 0–100; the stage's default until someone sets another.</summary>
    public int Probability { get; set; } = DefaultProbability(DealStage.Proposal);

    /// <summary>A day of the company's calendar, never shifted by a time zone.</summary>
    public DateOnly? ExpectedCloseDate { get; set; }

    /// <summary>A day of the company's calendar; set when the deal is won or lost.</summary>
    public DateOnly? ActualCloseDate { get; private set; }

    public string? LostReason { get; private set; }
    public string? LostNote { get; private set; }
    public int? OwnerId { get; set; }
    public User? Owner { get; set; }
    public string Rank { get; private set; } = Ordering.Rank.Middle;

    /// <summary>UTC; days idle are counted from here.</summary>
    public DateTime LastActivityAt { get; set; }

    public DateTime StageChangedAt { get; private set; }
    public DateTime CreatedAt { get; init; }
    public DateTime UpdatedAt { get; set; }
    public int Version { get; set; }
    public DateTime? DeletedAt { get; set; }
    public int? DeletedById { get; set; }
    public bool IsSample { get; init; }

    public static int DefaultProbability(DealStage stage) => stage switch
    {
        DealStage.Proposal => 30,
        DealStage.Negotiation => 60,
        DealStage.Review => 80,
        DealStage.ClosedWon => 100,
        _ => 0,
    };

    /// <summary>
    /// Moves the deal on the board. Won needs an amount and a date, lost a reason; leaving either reopens the deal.
    /// A move within a column changes only the rank and is no activity.
    /// </summary>
    /// <param name="closing">How the deal ended; null for an open stage.</param>
    /// <exception cref="RuleException">The stage asks for something that <paramref name="closing"/> lacks.</exception>
    public Activity? MoveTo(DealStage stage, string rank, Actor by, DateTime at, Closing? closing = null)
    {
        if (stage == Stage)
        {
            Rank = rank;
            return null;
        }

        switch (stage, closing)
        {
            case (DealStage.ClosedWon, Won won):
                if (won.AmountCents is < 0 or > MaxAmountCents)
                    throw new RuleException("The amount must be between $0 and $1,000,000,000.");
                (AmountCents, ActualCloseDate, LostReason, LostNote) = (won.AmountCents, won.On, null, null);
                break;
            case (DealStage.ClosedLost, Lost lost):
                if (string.IsNullOrWhiteSpace(lost.Reason))
                    throw new RuleException("Choose why the deal was lost.");
                if (lost.Note?.Length > NoteMaxLength)
                    throw new RuleException($"The note can have {NoteMaxLength:N0} characters at most.");
                (ActualCloseDate, LostReason, LostNote) = (lost.On, lost.Reason.Trim(), lost.Note?.Trim());
                break;
            case (DealStage.ClosedWon, _):
                throw new RuleException("A won deal needs its amount and date.");
            case (DealStage.ClosedLost, _):
                throw new RuleException("Choose why the deal was lost.");
            default:
                (ActualCloseDate, LostReason, LostNote) = (null, null, null);
                break;
        }

        var from = Stage;
        (Stage, Rank, Probability) = (stage, rank, DefaultProbability(stage));
        StageChangedAt = LastActivityAt = at;
        return Activity.Moved(this, from, by, at);
    }

    /// <summary>Puts a new deal into an open stage of the board.</summary>
    /// <param name="at">UTC.</param>
    /// <exception cref="RuleException">The stage is an end, which a deal reaches by a move.</exception>
    public Deal StartIn(DealStage stage, string rank, DateTime at)
    {
        if (stage is DealStage.ClosedWon or DealStage.ClosedLost)
            throw new RuleException("A new deal starts in an open stage. Move it once it is won or lost.");

        (Stage, Rank, Probability, StageChangedAt) = (stage, rank, DefaultProbability(stage), at);
        return this;
    }

    /// <summary>Gives a deal another place within its stage.</summary>
    public Deal PlaceAt(string rank)
    {
        Rank = rank;
        return this;
    }

    /// <summary>For rows that arrive with a history: sample data, import, adoption. People move deals with <see cref="MoveTo"/>.</summary>
    internal Deal At(DealStage stage, string rank, DateTime since, DateOnly? closedOn = null, string? lostReason = null, string? lostNote = null)
    {
        (Stage, Rank, StageChangedAt, ActualCloseDate, LostReason, LostNote) = (stage, rank, since, closedOn, lostReason, lostNote);
        return this;
    }
}

/// <summary>How a deal ended.</summary>
/// <param name="On">The day of the company's calendar.</param>
public abstract record Closing(DateOnly On);

/// <param name="AmountCents">What was signed.</param>
public sealed record Won(long AmountCents, DateOnly On) : Closing(On);

/// <param name="Reason">One of <see cref="LostReasons.All"/>, or a word of one's own.</param>
public sealed record Lost(string Reason, string? Note, DateOnly On) : Closing(On);

/// <summary>Why deals are lost; the list the board offers.</summary>
public static class LostReasons
{
    public static IReadOnlyList<string> All { get; } = ["Price", "No budget", "Chose a competitor", "No decision", "Not a fit", "No answer", "Other"];
}
