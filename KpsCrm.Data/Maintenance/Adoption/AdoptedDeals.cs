using KpsCrm.Data.Deals;

namespace KpsCrm.Data.Maintenance;

internal sealed class AdoptedDeals(AdoptedFile file, TimeZoneInfo zone) : IAdopted
{
    private readonly NewRows _insert = NewRows.Into(file.Connection, "deals", "id", "client_id", "lead_id", "title", "description", "amount_cents", "status", "probability", "expected_close_date", "actual_close_date",
        "lost_reason", "rank", "last_activity_at", "stage_changed_at", "created_at", "updated_at");

    public void Add(LegacyRow row)
    {
        var id = file.IdFor(row);
        var client = file.Reference(row, "client_id", "clients", AdoptionRule.ClientGone);
        var lead = file.Reference(row, "lead_id", "leads", AdoptionRule.LeadGone);
        if (client is null)
            row.Tell(AdoptionRule.NoClient);
        var title = row.Name("title", Deal.TitleMaxLength);
        var amount = Amount(row);
        var stage = row.Word("status", DealStage.Proposal, AdoptionRule.StatusUnknown, AdoptionRule.StatusSpelling);
        var status = Columns.Word(stage);
        var created = row.Created("created_at");
        var updated = row.Time("updated_at") ?? created;
        var closed = Closed(row, stage, updated);
        if (stage == DealStage.ClosedLost)
            row.Tell(AdoptionRule.LostWithoutReason);

        _insert.With(id).With(client).With(lead).With(title).With(row.Lines("description", Deal.DescriptionMaxLength)).With(amount).With(status).With(Probability(row, stage))
            .With(row.Day("expected_close_date")).With(closed).With(stage == DealStage.ClosedLost ? AdoptedLeads.NotRecorded : null).With(file.RankIn("deals", status))
            .With(updated > file.Now ? created : updated).With(updated).With(created).With(updated).Run();
        file.Tell(row, "added the deal", created, updated, client: client, deal: id);
    }

    private static long Amount(LegacyRow row)
    {
        if (row.Cents("amount") is { } amount)
            return amount;
        row.Tell(AdoptionRule.MoneyUnreadable, "amount");
        return 0;
    }

    private static int Probability(LegacyRow row, DealStage stage)
    {
        var value = row.Value("probability");
        if (LegacyNumbers.Percent(value) is not { } percent)
        {
            row.Tell(AdoptionRule.ProbabilityUnreadable, "probability", value);
            return Deal.DefaultProbability(stage);
        }
        if (percent is >= 0 and <= 100)
            return (int)percent;
        row.Tell(AdoptionRule.ProbabilityRange, "probability", value);
        return percent < 0 ? 0 : 100;
    }

    private DateOnly? Closed(LegacyRow row, DealStage stage, DateTime updated)
    {
        var day = row.Day("actual_close_date");
        if (stage is DealStage.ClosedWon or DealStage.ClosedLost)
        {
            if (day is null)
                row.Tell(AdoptionRule.ClosedWithoutDay);
            return day ?? DateOnly.FromDateTime(TimeZoneInfo.ConvertTimeFromUtc(updated, zone));
        }
        if (day is not null)
            row.Tell(AdoptionRule.OpenWithDay, "actual_close_date", row.Value("actual_close_date"));
        return null;
    }

    public void Dispose() => _insert.Dispose();
}
