using KpsCrm.Data.Activities;
using KpsCrm.Data.Mail;

namespace KpsCrm.Web.Features.Records;

/// <summary>One line of a timeline.</summary>
/// <param name="Summary">Of a corrected note: the corrected words.</param>
/// <param name="From">Of a move: the stage left, as the column's word.</param>
public sealed record TimelineEntry(int Id, ActivityKind Kind, int? ActorId, string Actor, string Summary, string? Detail, DateTime At, string? From, string? To)
{
    public Link? Lead { get; init; }
    public Link? Client { get; init; }
    public Link? Deal { get; init; }
    /// <summary>Of a move: how long the record stood in the stage left; null when that is not known.</summary>
    public TimeSpan? InStage { get; init; }

    /// <summary>The mails that an enquiry caused.</summary>
    public IReadOnlyList<MailLine> Mails { get; init; } = [];

    /// <summary>Of a corrected note.</summary>
    public Correction? Corrected { get; init; }

    public TimelineMark Mark => new(At, Id);
}

/// <summary>Another record that an entry speaks of.</summary>
public sealed record Link(int Id, string Name);

public sealed record MailLine(int ActivityId, MailKind Kind, string ToAddress, MailState State, DateTime? SentAt);

/// <summary>The latest words of a note, and those before them.</summary>
/// <param name="Id">The correcting activity's.</param>
/// <param name="At">UTC.</param>
/// <param name="Before">The first words first.</param>
public sealed record Correction(int Id, DateTime At, IReadOnlyList<FormerWords> Before);

/// <param name="Detail">As the activity keeps it.</param>
/// <param name="At">UTC; when they were written.</param>
public sealed record FormerWords(string Text, string? Detail, DateTime At);

/// <summary>A place in a timeline, which runs from the newest to the oldest.</summary>
public readonly record struct TimelineMark(DateTime At, int Id)
{
    public bool IsOlderThan(TimelineMark other) => At < other.At || (At == other.At && Id < other.Id);
}

/// <summary>The kinds of entries, as the chips name them.</summary>
[Flags]
public enum TimelineKinds
{
    All = 0,
    Notes = 1,
    Calls = 2,
    Mails = 4,
    Tasks = 8,
    Files = 16,
    Moves = 32,
    Changes = 64,
}

public static class TimelineKindWords
{
    private static readonly TimelineKinds[] Each = [.. Enum.GetValues<TimelineKinds>().Where(k => k != TimelineKinds.All)];

    public static IReadOnlyList<TimelineKinds> Chips => Each;

    /// <summary>From an address: <c>notes,calls</c>. Words that are none are left out.</summary>
    public static TimelineKinds Parse(string? words) => (words ?? "").Split(',', StringSplitOptions.TrimEntries)
        .Aggregate(TimelineKinds.All, (kinds, word) => kinds | Each.FirstOrDefault(k => k.ToString().Equals(word, StringComparison.OrdinalIgnoreCase)));

    /// <summary>For an address; null for all.</summary>
    public static string? Word(this TimelineKinds kinds) => kinds == TimelineKinds.All ? null : string.Join(',', Each.Where(k => kinds.HasFlag(k)).Select(k => k.ToString().ToLowerInvariant()));

    internal static ActivityKind[] Activities(this TimelineKinds kinds) => [.. Enum.GetValues<ActivityKind>().Where(a => kinds == TimelineKinds.All || kinds.HasFlag(Of(a)))];

    private static TimelineKinds Of(ActivityKind kind) => kind switch
    {
        ActivityKind.Note => TimelineKinds.Notes,
        ActivityKind.Call => TimelineKinds.Calls,
        ActivityKind.Mail or ActivityKind.Enquiry => TimelineKinds.Mails,
        ActivityKind.Task => TimelineKinds.Tasks,
        ActivityKind.File => TimelineKinds.Files,
        ActivityKind.Edited => TimelineKinds.Changes,
        _ => TimelineKinds.Moves,
    };
}
