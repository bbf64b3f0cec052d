using KpsCrm.Data;
using KpsCrm.Web.Features.Intake;
using KpsCrm.Web.Shared;

namespace KpsCrm.Web.Features.Activities;

/// <summary>The limits of what is written on a record.</summary>
public static class NoteRules
{
    public const int MaxLength = 10_000;

    /// <returns>What is wrong with the text, in one sentence; null when it is good.</returns>
    public static string? Check(string? typed, bool required = true) => Normalising.Text(typed) is { } text ? FieldRules.TooLong("note", text, MaxLength)
        : required ? "Write something first." : null;

    internal static string? Read(string? typed, bool required = true) => Check(typed, required) is { } problem ? throw new RuleException(problem) : Normalising.Text(typed);
}
