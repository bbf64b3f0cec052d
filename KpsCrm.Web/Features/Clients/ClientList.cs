using KpsCrm.Data.Changes;
using KpsCrm.Web.Features.Lists;
using KpsCrm.Web.Features.Records;
using KpsCrm.Web.Live;
using KpsCrm.Web.Shared;

namespace KpsCrm.Web.Features.Clients;

/// <summary>The list of clients.</summary>
public sealed class ClientList(CompanyOptions company) : IRecordList<ClientRow>
{
    public string One => "client";
    public RecordKind Kind => RecordKind.Client;
    public Topics Of => Topics.Clients | Topics.Users | Topics.Tasks | Topics.Activities;
    public IReadOnlyList<FilterField> Fields => ClientFilter.Fields;

    public ListFilter Read(ListQuery query, int? me) => ClientFilter.Of(query, me);

    public IQuestion<ListPage<ClientRow>> Rows(ListFilter filter, ListPlace place) => new ClientsQuestion((ClientFilter)filter, place, company);

    public IQuestion<ListTotal> Total(ListFilter filter) => new ClientsTotalQuestion((ClientFilter)filter, company);
}
