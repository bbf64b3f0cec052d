using KpsCrm.Data.Changes;
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

    /// <summary>Of a common word more are looked at than shown.</summary>
    private const int LookedAt = 50;

    public Topics Of => Topics.Leads | Topics.Clients | Topics.Users;

    public async Task<IReadOnlyList<Known>> AskAsync(CrmView view, CancellationToken cancellationToken)
    {
        var found = new Dictionary<RecordRef, Candidate>();
        foreach (var candidates in ClientsOnly ? [Clients(view)] : new[] { Clients(view), Leads(view) })
        {
            foreach (var few in Narrowed(candidates))
            {
                foreach (var candidate in await few.Take(LookedAt).ToListAsync(cancellationToken))
                    found[new(candidate.IsClient ? RecordKind.Client : RecordKind.Lead, candidate.Id)] = candidate;
            }
        }
        return [.. found
            .Where(f => f.Key != Except)
            .Select(f => (f.Key, f.Value, By: Who.Recognises(f.Value.Name, f.Value.Company, f.Value.Email, f.Value.Phone)))
            .Where(f => f.By is not null)
            .OrderBy(f => f.By).ThenBy(f => f.Key.Kind == RecordKind.Lead).ThenByDescending(f => f.Key.Id)
            .Select(f => f.Value.As(f.Key, f.By!.Value))
            .Take(Shown)];
    }

    private IEnumerable<IQueryable<Candidate>> Narrowed(IQueryable<Candidate> candidates)
    {
        if (Who.Email is { } email)
            yield return candidates.Where(c => c.Email == email);
        if (Who.Phone is { } phone)
            yield return candidates.Where(c => c.Phone == phone);
        if (Who.Name is { } name)
            yield return candidates.Where(c => c.Name == name);
        if (Who.Company is { } company)
            yield return candidates.Where(c => c.Company == company);
    }

    private static IQueryable<Candidate> Clients(CrmView view) => view.Clients.Select(c => new Candidate { IsClient = true, Id = c.Id, Name = c.Name, Company = c.Company, Email = c.Email, Phone = c.Phone, Client = c.Status, Owner = c.Owner!.Name });

    private static IQueryable<Candidate> Leads(CrmView view) => view.Leads.Select(l => new Candidate { Id = l.Id, Name = l.Name, Company = l.Company, Email = l.Email, Phone = l.Phone, Lead = l.Status, Owner = l.Owner!.Name });

    private sealed class Candidate
    {
        public bool IsClient { get; init; }
        public int Id { get; init; }
        public required string Name { get; init; }
        public string? Company { get; init; }
        public required string Email { get; init; }
        public string? Phone { get; init; }
        public Data.Clients.ClientStatus Client { get; init; }
        public Data.Leads.LeadStatus Lead { get; init; }
        public string? Owner { get; init; }

        public Known As(RecordRef record, KnownBy by) => new(record, Name, Company, Email, Phone, IsClient ? Words.Of(Client) : Words.Of(Lead), Owner, by);
    }
}
