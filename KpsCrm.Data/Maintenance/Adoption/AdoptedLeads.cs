using KpsCrm.Data.Leads;

namespace KpsCrm.Data.Maintenance;

internal sealed class AdoptedLeads(AdoptedFile file) : IAdopted
{
    internal const string NotRecorded = "Not recorded";

    private readonly NewRows _insert = NewRows.Into(file.Connection, "leads", "id", "name", "email", "phone", "company", "service", "timeline", "budget_range", "budget_cents", "status", "priority", "source",
        "value_cents", "city", "state", "country", "assigned_to", "owner_id", "notes", "lost_reason", "rank", "last_activity_at", "created_at", "updated_at");

    public void Add(LegacyRow row)
    {
        var id = file.IdFor(row);
        var (email, company) = (row.Email(), row.Text("company", Lead.ShortTextMaxLength));
        var name = row.Name("name", Lead.NameMaxLength, company, email);
        var (range, budget) = Budget(row);
        var status = Columns.Word(row.Word("status", LeadStatus.New, AdoptionRule.StatusUnknown, AdoptionRule.StatusSpelling));
        var priority = Columns.Word(row.Word("priority", Priority.Medium, AdoptionRule.PriorityUnknown, AdoptionRule.PrioritySpelling));
        var assigned = row.Text("assigned_to", Lead.ShortTextMaxLength);
        var created = row.Created("created_at");
        var updated = row.Time("updated_at") ?? created;
        if (status == "lost")
            row.Tell(AdoptionRule.LostWithoutReason);

        _insert.With(id).With(name).With(email).With(row.Text("phone", Lead.ShortTextMaxLength)).With(company).With(row.Text("service", Lead.ShortTextMaxLength)).With(row.Text("timeline", Lead.ShortTextMaxLength))
            .With(range).With(budget).With(status).With(priority).With(Source(row)).With(row.Cents("value") ?? 0)
            .With(row.Text("city", Lead.ShortTextMaxLength)).With(row.Text("state", Lead.ShortTextMaxLength)).With(row.Text("country", Lead.ShortTextMaxLength))
            .With(assigned).With(Owner(row, assigned)).With(row.Lines("notes", Lead.NotesMaxLength)).With(status == "lost" ? NotRecorded : null).With(file.RankIn("leads", status))
            .With(updated > file.Now ? created : updated).With(created).With(updated).Run();
        file.Tell(row, "added the lead", created, updated, lead: id);
    }

    /// <summary>A range of the form, an amount, or text that is neither.</summary>
    private static (string? Range, long? Cents) Budget(LegacyRow row)
    {
        var value = row.Value("budget");
        if (value.IsNothing)
            return (null, null);
        if (value.Kind == LegacyKind.Text && LeadValue.BudgetRanges.FirstOrDefault(r => r.Equals(value.Text!.Trim(), StringComparison.OrdinalIgnoreCase)) is { } range)
        {
            row.Tell(AdoptionRule.BudgetRange);
            return (range, null);
        }
        if (LegacyNumbers.Cents(value, out _) is >= 0 and <= Deals.Deal.MaxAmountCents)
            return (null, row.Cents("budget"));
        row.Tell(AdoptionRule.BudgetText, "budget");
        return (row.Text("budget", Lead.ShortTextMaxLength), null);
    }

    private static string Source(LegacyRow row)
    {
        if (row.Text("source", Lead.ShortTextMaxLength) is { } source)
            return source;
        row.Tell(AdoptionRule.SourceMissing);
        return "";
    }

    private int? Owner(LegacyRow row, string? assigned)
    {
        if (assigned is null)
            return null;
        if (file.Owners.TryGetValue(assigned, out var owner))
        {
            row.Tell(AdoptionRule.AssignedMatched);
            return owner;
        }
        row.Tell(AdoptionRule.AssignedText);
        return null;
    }

    public void Dispose() => _insert.Dispose();
}
