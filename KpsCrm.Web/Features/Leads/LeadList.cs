using KpsCrm.Data;
using KpsCrm.Data.Changes;
using KpsCrm.Data.Leads;
using KpsCrm.Data.Security;
using KpsCrm.Web.Features.Lists;
using KpsCrm.Web.Features.Pipeline;
using KpsCrm.Web.Features.Records;
using KpsCrm.Web.Live;
using KpsCrm.Web.Shared;

namespace KpsCrm.Web.Features.Leads;

/// <summary>The list of leads.</summary>
public sealed class LeadList(CompanyOptions company, LeadPipeline pipeline, CrmStore store) : IRecordList<LeadRow>
{
    public string One => "lead";
    public RecordKind Kind => RecordKind.Lead;
    public Topics Of => Topics.Leads | Topics.Users | Topics.Tasks | Topics.Activities;
    public IReadOnlyList<FilterField> Fields => LeadFilter.Fields;

    public ListFilter Read(ListQuery query, int? me) => LeadFilter.Of(query, me);

    public IQuestion<ListPage<LeadRow>> Rows(ListFilter filter, ListPlace place) => new LeadsQuestion((LeadFilter)filter, place, company);

    public IQuestion<ListTotal> Total(ListFilter filter) => new LeadsTotalQuestion((LeadFilter)filter, company);

    public IQuestion<IReadOnlyList<string>>? Values(ValueField field) => new LeadValuesQuestion(field.Key);

    public IReadOnlyList<Stage> Stages => pipeline.Stages;

    public Stage? StageOf(LeadRow row) => Pipeline.Stages.Of(row.Status);

    public Task<MoveResult?> MoveAsync(Actor who, LeadRow row, Stage to) =>
        pipeline.MoveAsync(who, new Card(row.Id, Columns.Word(row.Status), row.Version, row.Name, "", row.ValueCents, null, null, 0, row.Owner), to, Place.Top, row.Version);

    public async Task<RowMove<LeadRow>?> AskMoveAsync(Stage to, int count)
    {
        if (await pipeline.AskAsync(to, count) is not { } end || !Columns.TryParse<LeadStatus>(to.Word, out var status))
            return null;
        return (who, row) => new MoveLead(row.Id, row.Status, status, Place.Top, row.Version, end.LostReason).RunAsync(store, who);
    }
}
