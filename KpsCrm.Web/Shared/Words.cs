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

    public static string Count(int count, string one, string? many = null) => $"{count:N0} {(count == 1 ? one : many ?? one + "s")}";
}
