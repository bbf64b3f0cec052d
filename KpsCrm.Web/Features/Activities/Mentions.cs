using System.Text.RegularExpressions;
using KpsCrm.Web.Shared;

namespace KpsCrm.Web.Features.Activities;

/// <summary>A colleague named in a text.</summary>
/// <param name="Name">As it stands in the text behind the @; what is shown is the name they have today.</param>
public sealed record Mention(int Id, string Name);

/// <summary>A stretch of a text: plain, or a colleague's name.</summary>
public sealed record TextPart(string Text, int? PersonId = null);

/// <summary>Finds colleagues in what people write: <c>@Ben Brooks</c>, or <c>@Ben</c> where there is only one.</summary>
public static class Mentions
{
    public static IReadOnlyList<Mention> In(string text, IReadOnlyList<Person> people)
    {
        var firstNames = people.GroupBy(p => First(p.Name), StringComparer.OrdinalIgnoreCase).Where(g => g.Count() == 1).Select(g => (Name: g.Key, Person: g.Single()));
        var names = people.Select(p => (p.Name, Person: p)).Concat(firstNames).DistinctBy(n => n.Name, StringComparer.OrdinalIgnoreCase).OrderByDescending(n => n.Name.Length).ToList();
        var found = new List<Mention>();
        for (var at = text.IndexOf('@'); at >= 0; at = text.IndexOf('@', at + 1))
        {
            // An e-mail address mentions nobody.
            if (at > 0 && char.IsLetterOrDigit(text[at - 1]))
                continue;
            var rest = text.AsSpan(at + 1);
            foreach (var (name, person) in names)
            {
                if (!rest.StartsWith(name, StringComparison.OrdinalIgnoreCase) || (rest.Length > name.Length && char.IsLetterOrDigit(rest[name.Length])))
                    continue;
                found.Add(new(person.Id, rest[..name.Length].ToString()));
                break;
            }
        }
        return [.. found.Distinct()];
    }

    /// <summary>The text with today's names in it: whoever was renamed since still reads right.</summary>
    public static IReadOnlyList<TextPart> Parts(string text, IReadOnlyList<Mention> mentions, IReadOnlyList<Person> people)
    {
        if (mentions.Count == 0)
            return [new(text)];

        var pattern = string.Join('|', mentions.Select(m => m.Name).OrderByDescending(n => n.Length).Select(Regex.Escape));
        var parts = new List<TextPart>();
        var end = 0;
        foreach (Match match in Regex.Matches(text, $@"(?<![\p{{L}}\p{{N}}])@({pattern})(?![\p{{L}}\p{{N}}])", RegexOptions.CultureInvariant))
        {
            var mention = mentions.First(m => m.Name == match.Groups[1].Value);
            var today = people.FirstOrDefault(p => p.Id == mention.Id)?.Name ?? mention.Name;
            if (match.Index > end)
                parts.Add(new(text[end..match.Index]));
            parts.Add(new("@" + (mention.Name.Contains(' ') ? today : First(today)), mention.Id));
            end = match.Index + match.Length;
        }
        if (end < text.Length)
            parts.Add(new(text[end..]));
        return parts;
    }

    private static string First(string name) => name.Split(' ')[0];
}
