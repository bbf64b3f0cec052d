using System.Text;

namespace KpsCrm.Web.Features.Mail;

/// <summary>A mail's content, apart from its form: the text part and the HTML part are both made from it.</summary>
public sealed record Letter
{
    public required string Subject { get; init; }
    public required string Title { get; init; }

    /// <summary>A short word beside the title that must not be overlooked.</summary>
    public string? Flag { get; init; }

    public IReadOnlyList<string> Opening { get; init; } = [];
    public IReadOnlyList<LetterLink> Links { get; init; } = [];
    public IReadOnlyList<LetterSection> Sections { get; init; } = [];
    public string? QuoteTitle { get; init; }

    /// <summary>What the visitor wrote, with its line breaks.</summary>
    public string? Quote { get; init; }

    public string? StepsTitle { get; init; }
    public IReadOnlyList<string> Steps { get; init; } = [];
    public IReadOnlyList<string> Closing { get; init; } = [];
    public required string Footer { get; init; }

    public string ToText()
    {
        var text = new StringBuilder();
        text.Append(Flag is null ? "" : $"[{Flag}] ").Append(Title).Append('\n');
        foreach (var paragraph in Opening)
            text.Append('\n').Append(paragraph).Append('\n');
        if (Links.Count > 0)
            text.Append('\n');
        foreach (var link in Links)
            text.Append(link.Text).Append(": ").Append(link.Shown).Append('\n');
        foreach (var section in Sections.Where(s => s.Rows.Count > 0))
        {
            Heading(text, section.Title);
            var width = section.Rows.Max(r => r.Label.Length) + 2;
            foreach (var row in section.Rows)
                text.Append((row.Label + ":").PadRight(width)).Append(row.Value).Append('\n');
        }
        if (Quote is not null)
        {
            Heading(text, QuoteTitle!);
            text.Append("> ").Append(Quote.ReplaceLineEndings("\n> ")).Append('\n');
        }
        if (Steps.Count > 0)
        {
            Heading(text, StepsTitle!);
            foreach (var (number, step) in Steps.Index())
                text.Append(number + 1).Append(". ").Append(step).Append('\n');
        }
        foreach (var paragraph in Closing)
            text.Append('\n').Append(paragraph).Append('\n');
        return text.Append("\n-- \n").Append(Footer).Append('\n').ToString();
    }

    private static void Heading(StringBuilder text, string title) =>
        text.Append('\n').Append(title.ToUpperInvariant()).Append('\n');
}

/// <param name="Shown">The address as a reader of the text part can use it.</param>
public sealed record LetterLink(string Text, string Href, string Shown);

public sealed record LetterSection(string Title, IReadOnlyList<LetterRow> Rows);

public sealed record LetterRow(string Label, string Value, string? Href = null);
