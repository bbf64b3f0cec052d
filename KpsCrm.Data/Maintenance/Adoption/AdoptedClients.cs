using KpsCrm.Data.Clients;
using KpsCrm.Data.Leads;

namespace KpsCrm.Data.Maintenance;

internal sealed class AdoptedClients(AdoptedFile file) : IAdopted
{
    /// <summary>In elsewhere_cents until the deals are in: the older system has no total for the client.</summary>
    private const long NoTotal = -1;

    private readonly NewRows _insert = NewRows.Into(file.Connection, "clients", "id", "lead_id", "name", "email", "phone", "company", "status", "elsewhere_cents", "total_value_cents", "notes", "joined_at", "updated_at", "last_activity_at");

    public void Add(LegacyRow row)
    {
        var id = file.IdFor(row);
        var lead = file.Reference(row, "lead_id", "leads", AdoptionRule.LeadGone);
        var (email, company) = (row.Email(), row.Text("company", Lead.ShortTextMaxLength));
        var name = row.Name("name", Lead.NameMaxLength, company, email);
        // Its dashboard counted those alone whose status was "active".
        var isUnsaid = row.Value("status").IsNothing;
        var status = row.Word("status", ClientStatus.Inactive, AdoptionRule.StatusUnknown, AdoptionRule.StatusSpelling);
        if (isUnsaid)
            row.Tell(AdoptionRule.StatusUnknown, "status");
        var total = row.Cents("total_value", signed: true);
        var joined = row.Created("joined_at");
        var updated = row.Time("updated_at") ?? joined;

        _insert.With(id).With(lead).With(name).With(email).With(row.Text("phone", Lead.ShortTextMaxLength)).With(company).With(Columns.Word(status)).With(total is null ? NoTotal : 0).With(total ?? 0)
            .With(row.Lines("notes", Lead.NotesMaxLength)).With(joined).With(updated).With(updated > file.Now ? joined : updated).Run();
        file.Tell(row, "added the client", joined, updated, client: id);
    }

    public void Dispose() => _insert.Dispose();
}
