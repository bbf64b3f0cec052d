using KpsCrm.Data.Security;
using KpsCrm.Web.Features.Records;
using KpsCrm.Web.Live;
using KpsCrm.Web.Shared;

namespace KpsCrm.Web.Features.Duplicates;

/// <summary>Tells which leads and clients could be the one who is being typed.</summary>
public sealed class Recognition(LiveAnswers answers)
{
    /// <summary>Of each way of being recognised: many of the same name hide none of a company much alike.</summary>
    private const int Shown = 3;

    /// <summary>A single short word is half a name; it is in too many others.</summary>
    private const int ShortWord = 4;

    /// <param name="except">The record that is being edited.</param>
    /// <returns>The surest first.</returns>
    public async Task<IReadOnlyList<Known>> FindAsync(Actor who, Sought sought, bool clientsOnly = false, RecordRef? except = null)
    {
        var candidates = new List<Candidate>();
        foreach (var clue in Clues(sought))
            candidates.AddRange(await answers.AskAsync(who, new CandidatesQuestion(clue, clientsOnly)));
        return [.. candidates
            .Distinct()
            .Select(c => (Candidate: c, Record: new RecordRef(c.Kind, c.Id), By: sought.Recognises(c.Name, c.Company, c.Email, c.Phone)))
            .Where(c => c.By is not null && c.Record != except)
            .Select(c => (c.Candidate, c.Record, By: c.By!.Value, Closeness: sought.ClosenessOf(c.By.Value, c.Candidate.Name, c.Candidate.Company)))
            .GroupBy(c => c.By).OrderBy(g => g.Key)
            .SelectMany(g => g.OrderByDescending(c => c.Closeness).ThenBy(c => c.Record.Kind == RecordKind.Lead).ThenByDescending(c => c.Record.Id).Take(Shown))
            .Select(c => As(c.Candidate, c.Record, c.By, c.Closeness == 1))];
    }

    private static IEnumerable<string> Clues(Sought sought)
    {
        if (sought.Email is { } email)
            yield return email;
        if (sought.Phone is { } phone)
            yield return phone.Split(' ')[0];
        foreach (var name in new[] { sought.Name, sought.Company }.Select(Closeness.Telling).Where(n => n.Length > ShortWord || n.Contains(' ')).Distinct())
            yield return name;
    }

    private static Known As(Candidate c, RecordRef record, KnownBy by, bool isSame) =>
        new(record, c.Name, c.Company, c.Email, c.Phone, c.Client is { } client ? Words.Of(client) : Words.Of(c.Lead!.Value), c.Owner, by, isSame);
}
