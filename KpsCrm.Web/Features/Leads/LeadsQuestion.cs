using KpsCrm.Data.Changes;
using KpsCrm.Data.Leads;
using KpsCrm.Data.Security;
using KpsCrm.Web.Live;
using KpsCrm.Web.Shared;

namespace KpsCrm.Web.Features.Leads;

public sealed record LeadRow(int Id, string Name, string? Company, string? Service, LeadStatus Status, Priority Priority, string Source, string? City, long ValueCents, string? Owner, DateTime CreatedAt);

/// <summary>One page of the leads that pass the filter.</summary>
public sealed record LeadsQuestion(LeadFilter Filter, ListPlace Place, CompanyOptions Company) : IQuestion<ListPage<LeadRow>>
{
    private static readonly ListSorts<Lead> Sorts = new(("created", l => l.CreatedAt), ("name", l => l.Name), ("status", l => l.Status), ("source", l => l.Source), ("city", l => l.City), ("value", l => l.ValueCents));

    public Topics Of => Topics.Leads | Topics.Users;

    public async Task<ListPage<LeadRow>> AskAsync(CrmView view, CancellationToken cancellationToken) =>
        await Sorts.PageAsync(Filter.Apply(view.Leads, Company), await view.FindAsync<Lead>(Filter.Text, cancellationToken), Place,
            l => new LeadRow(l.Id, l.Name, l.Company, l.Service, l.Status, l.Priority, l.Source, l.City, l.ValueCents, l.Owner!.Name, l.CreatedAt), cancellationToken);
}

/// <summary>How many leads pass the filter, and what they are worth.</summary>
public sealed record LeadsTotalQuestion(LeadFilter Filter, CompanyOptions Company) : IQuestion<ListTotal>
{
    public Topics Of => Topics.Leads;

    public async Task<ListTotal> AskAsync(CrmView view, CancellationToken cancellationToken) =>
        await ListSorts<Lead>.TotalAsync(Filter.Apply(view.Leads, Company), await view.FindAsync<Lead>(Filter.Text, cancellationToken), l => l.ValueCents, cancellationToken);
}
