using KpsCrm.Data.Changes;
using KpsCrm.Web.Features.Lists;
using KpsCrm.Web.Live;
using KpsCrm.Web.Shared;

namespace KpsCrm.Web.Features.Deals;

/// <summary>The list of deals.</summary>
public sealed class DealList(CompanyOptions company) : IRecordList<DealRow>
{
    public string One => "deal";
    public Topics Of => Topics.Deals | Topics.Clients | Topics.Users | Topics.Tasks;
    public IReadOnlyList<FilterField> Fields => DealFilter.Fields;

    public ListFilter Read(ListQuery query, int? me) => DealFilter.Of(query, me);

    public IQuestion<ListPage<DealRow>> Rows(ListFilter filter, ListPlace place) => new DealsQuestion((DealFilter)filter, place, company);

    public IQuestion<ListTotal> Total(ListFilter filter) => new DealsTotalQuestion((DealFilter)filter, company);
}
