using KpsCrm.Data;
using KpsCrm.Data.Changes;
using KpsCrm.Data.Deals;
using KpsCrm.Data.Security;
using KpsCrm.Web.Features.Lists;
using KpsCrm.Web.Features.Pipeline;
using KpsCrm.Web.Features.Records;
using KpsCrm.Web.Live;
using KpsCrm.Web.Shared;

namespace KpsCrm.Web.Features.Deals;

/// <summary>The list of deals.</summary>
public sealed class DealList(CompanyOptions company, DealPipeline pipeline, CrmStore store) : IRecordList<DealRow>
{
    public string One => "deal";
    public RecordKind Kind => RecordKind.Deal;
    public Topics Of => Topics.Deals | Topics.Clients | Topics.Users | Topics.Tasks | Topics.Activities;
    public IReadOnlyList<FilterField> Fields => DealFilter.Fields;

    public ListFilter Read(ListQuery query, int? me) => DealFilter.Of(query, me);

    public IQuestion<ListPage<DealRow>> Rows(ListFilter filter, ListPlace place) => new DealsQuestion((DealFilter)filter, place, company);

    public IQuestion<ListTotal> Total(ListFilter filter) => new DealsTotalQuestion((DealFilter)filter, company);

    public IReadOnlyList<Stage> Stages => pipeline.Stages;

    public Stage? StageOf(DealRow row) => Pipeline.Stages.Of(row.Stage);

    public Task<MoveResult?> MoveAsync(Actor who, DealRow row, Stage to) =>
        pipeline.MoveAsync(who, new Card(row.Id, Columns.Word(row.Stage), row.Version, row.Title, "", row.AmountCents, row.Probability, null, 0, row.Owner), to, Place.Top, row.Version);

    public async Task<RowMove<DealRow>?> AskMoveAsync(Stage to, int count)
    {
        var closing = await pipeline.AskAsync(to, Shared.Words.Count(count, One), amountCents: null);
        if (!Columns.TryParse<DealStage>(to.Word, out var stage) || (to.End != StageEnd.Open && closing is null))
            return null;
        return (who, row) => new MoveDeal(row.Id, row.Stage, stage, Place.Top, row.Version, closing is Won won ? won with { AmountCents = row.AmountCents } : closing).RunAsync(store, who);
    }
}
