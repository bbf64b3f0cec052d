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

    public Task<ListPage<LeadRow>> AskAsync(CrmView view, CancellationToken cancellationToken) =>
        Sorts.PageAsync(Filter.Apply(view.Leads, Company), Place, l => l.Id, l => l.ValueCents,
            l => new LeadRow(l.Id, l.Name, l.Company, l.Service, l.Status, l.Priority, l.Source, l.City, l.ValueCents, l.Owner!.Name, l.CreatedAt), cancellationToken);
}
