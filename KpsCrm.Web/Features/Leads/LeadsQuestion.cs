using KpsCrm.Data.Changes;
using KpsCrm.Data.Leads;
using KpsCrm.Data.Security;
using KpsCrm.Web.Features.Lists;
using KpsCrm.Web.Features.Tasks;
using KpsCrm.Web.Live;
using KpsCrm.Web.Shared;

namespace KpsCrm.Web.Features.Leads;

public sealed record LeadRow(int Id, int Version, string Name, string? Company, string Email, string? Phone, string? Service, LeadStatus Status, string? LostReason, Priority Priority, string Source, string? City, long ValueCents,
    int? OwnerId, string? Owner, DateTime LastActivityAt, DateTime CreatedAt) : IListRow
{
    public NextStep? Next { get; init; }
}

/// <summary>One page of the leads that pass the filter.</summary>
public sealed record LeadsQuestion(LeadFilter Filter, ListPlace Place, CompanyOptions Company) : IQuestion<ListPage<LeadRow>>
{
    // Words in the order in which people think of them, not in that of the alphabet.
    private static readonly ListSorts<Lead> Sorts = new ListSorts<Lead>(("created", l => l.CreatedAt), ("name", l => l.Name), ("company", l => l.Company), ("service", l => l.Service),
        ("status", l => l.Status == LeadStatus.New ? 0 : l.Status == LeadStatus.Contacted ? 1 : l.Status == LeadStatus.Qualified ? 2 : l.Status == LeadStatus.Proposal ? 3 : l.Status == LeadStatus.Negotiation ? 4 : l.Status == LeadStatus.Won ? 5 : 6),
        ("priority", l => l.Priority == Priority.Urgent ? 3 : l.Priority == Priority.High ? 2 : l.Priority == Priority.Medium ? 1 : 0),
        ("source", l => l.Source), ("city", l => l.City), ("value", l => l.ValueCents), ("owner", l => l.Owner!.Name), ("email", l => l.Email), ("activity", l => l.LastActivityAt)).Indexed("created");

    public Topics Of => Topics.Leads | Topics.Users | Topics.Tasks | Filter.Besides;

    public async Task<ListPage<LeadRow>> AskAsync(CrmView view, CancellationToken cancellationToken)
    {
        var page = await Sorts.PageAsync(Filter.Apply(view.Leads, FilterContext.Of(view, Company)), await view.FindAsync<Lead>(Filter.Text, cancellationToken), Place,
            l => new LeadRow(l.Id, l.Version, l.Name, l.Company, l.Email, l.Phone, l.Service, l.Status, l.LostReason, l.Priority, l.Source, l.City, l.ValueCents, l.OwnerId, l.Owner!.Name, l.LastActivityAt, l.CreatedAt), cancellationToken, Filter.IsEmpty || Filter.OwnerId is not null ? null : view.Leads);
        var next = await NextSteps.OfLeadsAsync(view, [.. page.Rows.Select(r => r.Id)], cancellationToken);
        return page with { Rows = [.. page.Rows.Select(r => r with { Next = next.GetValueOrDefault(r.Id) })] };
    }
}

/// <summary>How many leads pass the filter, and what they are worth.</summary>
public sealed record LeadsTotalQuestion(LeadFilter Filter, CompanyOptions Company) : IQuestion<ListTotal>
{
    public Topics Of => Topics.Leads | Filter.Besides;

    public async Task<ListTotal> AskAsync(CrmView view, CancellationToken cancellationToken) =>
        await ListSorts<Lead>.TotalAsync(Filter.Apply(view.Leads, FilterContext.Of(view, Company)), await view.FindAsync<Lead>(Filter.Text, cancellationToken), l => l.ValueCents, cancellationToken);
}
