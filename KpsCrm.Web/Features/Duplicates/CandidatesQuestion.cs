using System.Linq.Expressions;
using KpsCrm.Data;
using KpsCrm.Data.Changes;
using KpsCrm.Data.Clients;
using KpsCrm.Data.Leads;
using KpsCrm.Data.Security;
using KpsCrm.Web.Features.Records;
using KpsCrm.Web.Live;
using Microsoft.EntityFrameworkCore;

namespace KpsCrm.Web.Features.Duplicates;

internal sealed record Candidate(RecordKind Kind, int Id, string Name, string? Company, string Email, string? Phone, LeadStatus? Lead, ClientStatus? Client, string? Owner);

/// <summary>
/// The clients and leads that one clue finds: an e-mail address by its index, any other text by the text index. One question per clue:
/// whoever goes on to the next field is answered for the ones before from what was asked already.
/// </summary>
internal sealed record CandidatesQuestion(string Clue, bool ClientsOnly) : IQuestion<IReadOnlyList<Candidate>>
{
    /// <summary>Of a common name more are looked at than shown.</summary>
    private const int LookedAt = 20;

    private static readonly Expression<Func<Client, Candidate>> OfClient = c => new Candidate(RecordKind.Client, c.Id, c.Name, c.Company, c.Email, c.Phone, null, c.Status, c.Owner!.Name);
    private static readonly Expression<Func<Lead, Candidate>> OfLead = l => new Candidate(RecordKind.Lead, l.Id, l.Name, l.Company, l.Email, l.Phone, l.Status, null, l.Owner!.Name);

    public Topics Of => Topics.Leads | Topics.Clients | Topics.Users | Topics.Activities;

    public async Task<IReadOnlyList<Candidate>> AskAsync(CrmView view, CancellationToken cancellationToken) => Clue.Contains('@')
        ? [.. await Newest(view.Clients.Where(c => c.Email == Clue), OfClient, cancellationToken), .. ClientsOnly ? [] : await Newest(view.Leads.Where(l => l.Email == Clue), OfLead, cancellationToken)]
        : [.. await FoundAsync(view, view.Clients, OfClient, cancellationToken), .. ClientsOnly ? [] : await FoundAsync(view, view.Leads, OfLead, cancellationToken)];

    private static Task<List<Candidate>> Newest<T>(IQueryable<T> rows, Expression<Func<T, Candidate>> candidate, CancellationToken cancellationToken) where T : class, IEditable =>
        rows.OrderByDescending(r => r.Id).Take(LookedAt).Select(candidate).ToListAsync(cancellationToken);

    /// <summary>Those that have it, and those that have something close to it: who is there under the very name may be there a second time, mistyped.</summary>
    private async Task<IReadOnlyList<Candidate>> FoundAsync<T>(CrmView view, IQueryable<T> rows, Expression<Func<T, Candidate>> candidate, CancellationToken cancellationToken) where T : class, IEditable
    {
        if (await view.FindAsync<T>(Clue, cancellationToken) is not { } found)
            return [];
        var best = await found.BestAsync(rows, 0, LookedAt, candidate, cancellationToken);
        return await found.BesideAsync(cancellationToken) is { } beside ? [.. best, .. await beside.BestAsync(rows, 0, LookedAt, candidate, cancellationToken)] : best;
    }
}
