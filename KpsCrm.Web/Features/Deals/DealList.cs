using KpsCrm.Data;
using KpsCrm.Data.Changes;
using KpsCrm.Data.Deals;
using KpsCrm.Data.Security;
using KpsCrm.Web.Features.Lists;
using KpsCrm.Web.Features.Pipeline;
using KpsCrm.Web.Features.Records;
using KpsCrm.Web.Live;
using KpsCrm.Web.Shared;
using Microsoft.EntityFrameworkCore;

namespace KpsCrm.Web.Features.Deals;

/// <summary>The list of deals.</summary>
public sealed class DealList(CompanyOptions company, DealPipeline pipeline, CrmStore store) : IRecordList<DealRow>
{
    public string One => "deal";
    public RecordKind Kind => RecordKind.Deal;
    public Topics Of => Topics.Deals | Topics.Clients | Topics.Users | Topics.Tasks;
    public IReadOnlyList<FilterField> Fields => DealFilter.Fields;

    public ListFilter Read(ListQuery query, int? me) => DealFilter.Of(query, me);

    public IQuestion<ListPage<DealRow>> Rows(ListFilter filter, ListPlace place) => new DealsQuestion((DealFilter)filter, place, company);

    public IQuestion<ListTotal> Total(ListFilter filter) => new DealsTotalQuestion((DealFilter)filter, company);

    public IReadOnlyList<Stage> Stages => pipeline.Stages;

    public Stage? StageOf(DealRow row) => Pipeline.Stages.Of(row.Stage);

    public Task<MoveResult?> MoveAsync(Actor who, DealRow row, Stage to) =>
        pipeline.MoveAsync(who, new Card(row.Id, Columns.Word(row.Stage), row.Version, row.Title, "", row.AmountCents, row.Probability, null, 0, row.Owner), to, Place.Top, row.Version);

    public async Task<string?> MoveBackAsync(Actor who, DealRow was, Stage from, int version)
    {
        if (!Columns.TryParse<DealStage>(from.Word, out var stage))
            return null;
        Closing? closing = (was.Stage, was.ActualCloseDate) switch
        {
            (DealStage.ClosedWon, { } on) => new Won(was.AmountCents, on),
            (DealStage.ClosedLost, { } on) => new Lost(was.LostReason ?? "Other", was.LostNote, on),
            _ => null,
        };
        if (await new MoveDeal(was.Id, stage, was.Stage, Place.Top, version, closing).RunAsync(store, who) is Refused refused)
            return refused.Sentence;

        // Winning sets the amount, and every stage its own probability.
        var now = await store.ReadAsync(who, view => view.Deals.Where(d => d.Id == was.Id).Select(d => new { d.AmountCents, d.Probability }).SingleOrDefaultAsync());
        List<FieldChange> changes = [];
        if (now is not null && now.AmountCents != was.AmountCents)
            changes.Add(new("amount", FieldReading.Dollars(now.AmountCents), FieldReading.Dollars(was.AmountCents)));
        if (now is not null && now.Probability != was.Probability && was.Stage is not (DealStage.ClosedWon or DealStage.ClosedLost))
            changes.Add(new("probability", $"{now.Probability}", $"{was.Probability}"));
        if (changes.Count > 0)
            await new EditRecord(RecordRef.Deal(was.Id), changes).RunAsync(store, who);
        return null;
    }
}
