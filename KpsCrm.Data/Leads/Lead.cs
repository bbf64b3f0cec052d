using KpsCrm.Data.Activities;
using KpsCrm.Data.Ordering;
using KpsCrm.Data.Security;
using KpsCrm.Data.Users;

namespace KpsCrm.Data.Leads;

public enum LeadStatus
{
    New,
    Contacted,
    Qualified,
    Proposal,
    Negotiation,
    Won,
    Lost,
}

public enum Priority
{
    Low,
    Medium,
    High,
    Urgent,
}

/// <summary>Someone who asked for something and is not yet a client (table <c>leads</c> of the compatibility contract).</summary>
public sealed class Lead : IEditable, IRanked
{
    public const int NameMaxLength = 200;
    public const int EmailMaxLength = 254;
    public const int ShortTextMaxLength = 200;
    public const int NotesMaxLength = 10_000;

    public int Id { get; init; }
    public required string Name { get; set; }

    /// <summary>Trimmed and lower-case, so that one person is found by one look-up.</summary>
    public required string Email { get; set; }

    /// <summary>E.164 (<c>+12145550100</c>) when it could be understood, else as typed.</summary>
    public string? Phone { get; set; }

    public string? Company { get; set; }
    public string? Service { get; set; }
    public string? Timeline { get; set; }

    /// <summary>The budget as it was given: one of the ranges of the public form, or free text of the older system.</summary>
    public string? BudgetRange { get; set; }

    /// <summary>Cents, when the budget was given as a number.</summary>
    public long? BudgetCents { get; set; }

    public LeadStatus Status { get; private set; }
    public Priority Priority { get; set; } = Priority.Medium;

    /// <summary>Where the lead came from, decided at first touch: <c>website</c>, <c>google</c>, <c>referral</c> …</summary>
    public string Source { get; set; } = "website";

    /// <summary>Cents; estimated on arrival by <see cref="LeadValue"/>, then whatever people set.</summary>
    public long ValueCents { get; set; }

    public string? City { get; set; }
    public string? State { get; set; }
    public string? Country { get; set; } = "US";

    /// <summary>The older system's assignee, as its text. Ours is <see cref="OwnerId"/>.</summary>
    public string? AssignedTo { get; set; }

    public int? OwnerId { get; set; }
    public User? Owner { get; set; }
    public string? Notes { get; set; }

    public string? UtmSource { get; init; }
    public string? UtmMedium { get; init; }
    public string? UtmCampaign { get; init; }
    public string? UtmTerm { get; init; }
    public string? UtmContent { get; init; }
    public string? Referrer { get; init; }
    public string? LandingPage { get; init; }

    /// <summary>UTC; when the visitor agreed to be contacted. Null where no form asked.</summary>
    public DateTime? ConsentAt { get; set; }

    /// <summary>UTC; when somebody first noted something, called or wrote by hand. A new lead without it waits for its answer.</summary>
    public DateTime? AnsweredAt { get; internal set; }

    public string? LostReason { get; private set; }
    public string Rank { get; private set; } = Ordering.Rank.Middle;
    public DateTime LastActivityAt { get; set; }
    public DateTime CreatedAt { get; init; }
    public DateTime UpdatedAt { get; set; }
    public int Version { get; set; }
    public DateTime? DeletedAt { get; set; }
    public int? DeletedById { get; set; }
    public bool IsSample { get; init; }

    /// <summary>Neither won nor lost: a new enquiry from the same person joins it.</summary>
    public bool IsOpen => Status is not (LeadStatus.Won or LeadStatus.Lost);

    /// <summary>Moves the lead on the board. A move within a column changes only the rank and is no activity.</summary>
    /// <param name="lostReason">Needed for <see cref="LeadStatus.Lost"/>, ignored otherwise.</param>
    /// <exception cref="RuleException">Lost without a reason.</exception>
    public Activity? MoveTo(LeadStatus status, string rank, Actor by, DateTime at, string? lostReason = null)
    {
        if (status == LeadStatus.Lost && string.IsNullOrWhiteSpace(lostReason) && Status != LeadStatus.Lost)
            throw new RuleException("Say why the lead was lost.");

        Rank = rank;
        if (status == Status)
            return null;

        var from = Status;
        Status = status;
        LostReason = status == LeadStatus.Lost ? lostReason!.Trim() : null;
        LastActivityAt = at;
        return Activity.Moved(this, from, by, at);
    }

    /// <summary>For rows that arrive with a history: sample data, import, adoption. People move leads with <see cref="MoveTo"/>.</summary>
    internal Lead At(LeadStatus status, string rank, string? lostReason = null)
    {
        (Status, Rank, LostReason) = (status, rank, lostReason);
        return this;
    }

    /// <summary>Puts a new lead into an open stage of the board.</summary>
    /// <exception cref="RuleException">The status is an end, which a lead reaches by a move.</exception>
    public Lead StartIn(LeadStatus status, string rank)
    {
        if (status is LeadStatus.Won or LeadStatus.Lost)
            throw new RuleException("A new lead starts in an open stage. Move it once it is won or lost.");

        (Status, Rank) = (status, rank);
        return this;
    }

    /// <summary>Puts a new lead on the board, or gives it another place within its column.</summary>
    public Lead PlaceAt(string rank)
    {
        Rank = rank;
        return this;
    }
}
