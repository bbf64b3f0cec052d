using KpsCrm.Data.Clients;
using KpsCrm.Data.Leads;
using KpsCrm.Data.Users;
using Microsoft.EntityFrameworkCore;

namespace KpsCrm.Data.Security;

/// <summary>Why somebody sees a record; of several reasons the first.</summary>
public enum SeenBecause
{
    Admin,
    Owner,
    Everything,
    Nobodys,
    Team,

    /// <summary>A client or lead of whose deals the person sees one.</summary>
    Deal,
}

/// <summary>Somebody who sees a record.</summary>
public sealed record Onlooker(Colleague Person, SeenBecause Because, bool MayChange, bool MayDelete);

public static class Onlookers
{
    /// <summary>Those of <paramref name="people"/> who may see the record as it is now, within a write; all of them where there is none.</summary>
    public static async Task<IReadOnlyList<int>> WhoSeeAsync(this CrmDbContext db, IReadOnlyList<int> people, IEditable? record, CancellationToken cancellationToken = default)
    {
        if (record is null || people.Count == 0 || db.Rights is null || await db.Rights.NowAsync(cancellationToken) is not { IsAnyNarrow: true } now)
            return people;
        var reaches = people.ToDictionary(p => p, now.Of);
        if (reaches.Values.All(r => r.SeesOwner(record.OwnerId)))
            return people;
        var owners = await OwnersOfDealsAsync(db, record, cancellationToken);
        return [.. people.Where(p => reaches[p].SeesOwner(record.OwnerId) || owners.Any(reaches[p].SeesOwner))];
    }

    /// <summary>Everybody who sees a record, and why; null when the asker doesn't, or may not know.</summary>
    public static async Task<IReadOnlyList<Onlooker>?> OnlookersAsync(this CrmView view, ItemRef record, CancellationToken cancellationToken)
    {
        IEditable? row = !view.Who.Is(Role.Manager) ? null : record.Kind switch
        {
            ItemKind.Lead => await view.Leads.SingleOrDefaultAsync(l => l.Id == record.Id, cancellationToken),
            ItemKind.Client => await view.Clients.SingleOrDefaultAsync(c => c.Id == record.Id, cancellationToken),
            _ => await view.Deals.SingleOrDefaultAsync(d => d.Id == record.Id, cancellationToken),
        };
        if (row is null)
            return null;
        var now = await view.Db.Rights!.NowAsync(cancellationToken);
        var owners = now.IsAnyNarrow ? await OwnersOfDealsAsync(view.Db, row, cancellationToken) : [];
        return [.. now.People.Select(p => (Person: p, Because: Why(p, now.Of(p.Id), row.OwnerId, owners))).Where(p => p.Because is not null).OrderBy(p => p.Because).ThenBy(p => p.Person.Name, StringComparer.Ordinal)
            .Select(p => new Onlooker(p.Person, p.Because!.Value, now.Of(p.Person.Id).ChangesOwner(row.OwnerId), now.Of(p.Person.Id).MayDelete))];
    }

    private static SeenBecause? Why(Colleague person, Reach reach, int? owner, IReadOnlyList<int?> ofDeals) =>
        owner == person.Id ? SeenBecause.Owner
        : person.Role == Role.Admin ? SeenBecause.Admin
        : !reach.IsNarrow ? SeenBecause.Everything
        : owner is null ? SeenBecause.Nobodys
        : reach.SeesOwner(owner) ? SeenBecause.Team
        : ofDeals.Any(reach.SeesOwner) ? SeenBecause.Deal
        : null;

    /// <summary>Whose deals make a client or a lead visible.</summary>
    private static async Task<IReadOnlyList<int?>> OwnersOfDealsAsync(CrmDbContext db, IEditable record, CancellationToken cancellationToken) => record switch
    {
        Client client => await db.Deals.Where(d => d.ClientId == client.Id).Select(d => d.OwnerId).Distinct().ToListAsync(cancellationToken),
        Lead lead => await db.Deals.Where(d => d.LeadId == lead.Id).Select(d => d.OwnerId).Distinct().ToListAsync(cancellationToken),
        _ => [],
    };
}
