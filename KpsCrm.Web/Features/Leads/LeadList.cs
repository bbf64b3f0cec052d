using KpsCrm.Data.Changes;
using KpsCrm.Web.Features.Lists;
using KpsCrm.Web.Live;
using KpsCrm.Web.Shared;

namespace KpsCrm.Web.Features.Leads;

/// <summary>The list of leads.</summary>
public sealed class LeadList(CompanyOptions company) : IRecordList<LeadRow>
{
    public string One => "lead";
    public Topics Of => Topics.Leads | Topics.Users | Topics.Tasks;
    public IReadOnlyList<FilterField> Fields => LeadFilter.Fields;

    public ListFilter Read(ListQuery query, int? me) => LeadFilter.Of(query, me);

    public IQuestion<ListPage<LeadRow>> Rows(ListFilter filter, ListPlace place) => new LeadsQuestion((LeadFilter)filter, place, company);

    public IQuestion<ListTotal> Total(ListFilter filter) => new LeadsTotalQuestion((LeadFilter)filter, company);

    public IQuestion<IReadOnlyList<string>>? Values(ValueField field) => new LeadValuesQuestion(field.Key);
}
