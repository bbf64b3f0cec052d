using System.Linq.Expressions;
using KpsCrm.Data;
using KpsCrm.Data.Changes;
using KpsCrm.Data.Clients;
using KpsCrm.Data.Leads;
using KpsCrm.Data.Security;
using KpsCrm.Web.Features.Records;
using KpsCrm.Web.Live;
using KpsCrm.Web.Shared;
using Microsoft.EntityFrameworkCore;

namespace KpsCrm.Web.Features.Duplicates;

/// <summary>Which leads and clients could be the one that is sought, the surest first. Look-ups by index, whatever the number of records.</summary>
/// <param name="Except">The record that is being edited.</param>
public sealed record KnownQuestion(Sought Who, bool ClientsOnly = false, RecordRef? Except = null) : IQuestion<IReadOnlyList<Known>>
{
    private const int Shown = 5;

    /// <summary>Of a common name more are looked at than shown.</summary>
    private const int LookedAt = 20;

    public Topics Of => Topics.Leads | Topics.Clients | Topics.Users;

    public async Task<IReadOnlyList<Known>> AskAsync(CrmView view, CancellationToken cancellationToken)
    {
        var found = new Dictionary<RecordRef, Known>();
        await LookAsync(view.Clients, Client, found, view, cancellationToken);
        if (!ClientsOnly)
            await LookAsync(view.Leads, Lead, found, view, cancellationToken);
        return [.. found.Values.Where(k => k.Record != Except).OrderBy(k => k.By).ThenBy(k => k.Record.Kind == RecordKind.Lead).ThenByDescending(k => k.Record.Id).Take(Shown)];
    }

    private async Task LookAsync<T>(IQueryable<T> rows, Expression<Func<T, Candidate>> candidate, Dictionary<RecordRef, Known> found, CrmView view, CancellationToken cancellationToken) where T : class, IEditable
    {
        if (Who.Email is { } email)
            Add(await rows.Where(r => EF.Property<string>(r, nameof(Data.Leads.Lead.Email)) == email).OrderByDescending(r => r.Id).Take(LookedAt).Select(candidate).ToListAsync(cancellationToken));
        foreach (var text in new[] { Who.Phone?.Split(' ')[0], Closeness.Telling(Who.Name), Closeness.Telling(Who.Company) }.Where(t => t?.Length >= 3).Distinct())
        {
            if (await view.FindAsync<T>(text, cancellationToken) is { } hits)
                Add(await hits.BestAsync(rows, 0, LookedAt, candidate, cancellationToken));
        }

        void Add(List<Candidate> candidates)
        {
            foreach (var c in candidates)
            {
                if (Who.Recognises(c.Name, c.Company, c.Email, c.Phone) is { } by)
                    found[new(c.Kind, c.Id)] = new(new(c.Kind, c.Id), c.Name, c.Company, c.Email, c.Phone, c.Client is { } client ? Words.Of(client) : Words.Of(c.Lead!.Value), c.Owner, by);
            }
        }
    }

    private static readonly Expression<Func<Client, Candidate>> Client = c => new Candidate(RecordKind.Client, c.Id, c.Name, c.Company, c.Email, c.Phone, null, c.Status, c.Owner!.Name);

    private static readonly Expression<Func<Lead, Candidate>> Lead = l => new Candidate(RecordKind.Lead, l.Id, l.Name, l.Company, l.Email, l.Phone, l.Status, null, l.Owner!.Name);

    private sealed record Candidate(RecordKind Kind, int Id, string Name, string? Company, string Email, string? Phone, LeadStatus? Lead, ClientStatus? Client, string? Owner);
}
