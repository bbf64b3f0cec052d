using System.Globalization;
using KpsCrm.Data;
using KpsCrm.Data.Deals;

namespace KpsCrm.Web.Shared;

/// <summary>How the database's words are said to people.</summary>
public static class Words
{
    /// <summary><c>social_media</c> → "Social media".</summary>
    public static string Of(string? word) =>
        string.IsNullOrWhiteSpace(word) ? "Not known" : char.ToUpperInvariant(word[0]) + word[1..].Replace('_', ' ');

    public static string Of<T>(T value) where T : struct, Enum => Of(Columns.Word(value));

    /// <summary>"Proposal", "Won".</summary>
    public static string Of(DealStage stage) => stage switch
    {
        DealStage.ClosedWon => "Won",
        DealStage.ClosedLost => "Lost",
        _ => stage.ToString(),
    };

    /// <summary>The stage's colour in app.css.</summary>
    public static string ColorOf(DealStage stage) => stage switch
    {
        DealStage.Proposal => "--proposal",
        DealStage.Negotiation => "--negotiation",
        DealStage.Review => "--review",
        DealStage.ClosedWon => "--won",
        _ => "--lost",
    };

    /// <summary>"Nov 3 – Nov 9, 2026"; one day alone, and ranges without one of their ends, too.</summary>
    public static string Days(DateOnly? from, DateOnly? to) => (from, to) switch
    {
        ({ } f, { } t) when f == t => Day(f),
        ({ } f, { } t) => $"{(f.Year == t.Year ? f.ToString("MMM d", CultureInfo.InvariantCulture) : Day(f))} – {Day(t)}",
        ({ } f, null) => $"since {Day(f)}",
        (null, { } t) => $"until {Day(t)}",
        _ => "",
    };

    public static string Day(DateOnly day) => day.ToString("MMM d, yyyy", CultureInfo.InvariantCulture);

    /// <summary>A moment in UTC, on the company's clock.</summary>
    public static string Moment(DateTime utc, CompanyOptions company) =>
        TimeZoneInfo.ConvertTimeFromUtc(utc, company.Zone).ToString("MMM d, yyyy, HH:mm", CultureInfo.InvariantCulture);

    /// <summary>"(469) 555-0100" of a number in the United States or Canada; others as they are kept.</summary>
    public static string? Phone(string? phone) => phone is ['+', '1', .. { Length: 10 } n] && n.All(char.IsAsciiDigit) ? $"({n[..3]}) {n[3..6]}-{n[6..]}" : phone;

    /// <summary>In the place of a name that stands in the recycle bin.</summary>
    public const string InBin = "in the recycle bin";

    /// <summary>"5 minutes", "3 hours", "12 days".</summary>
    public static string Span(TimeSpan span) => span switch
    {
        { TotalMinutes: < 1 } => "less than a minute",
        { TotalHours: < 1 } => Count((int)span.TotalMinutes, "minute"),
        { TotalDays: < 1 } => Count((int)span.TotalHours, "hour"),
        _ => Count((int)span.TotalDays, "day"),
    };

    /// <summary>"40 seconds", "3 minutes"; never too short.</summary>
    public static string Wait(TimeSpan wait) => wait.TotalSeconds <= 90 ? Count(Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds)), "second") : Count((int)Math.Ceiling(wait.TotalMinutes), "minute");

    public static string Count(int count, string one, string? many = null) => $"{count:N0} {(count == 1 ? one : many ?? one + "s")}";
}
