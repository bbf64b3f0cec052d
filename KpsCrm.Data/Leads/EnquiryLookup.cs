using System.Data.Common;

namespace KpsCrm.Data.Leads;

/// <summary>What must be known before an enquiry is written, in one round trip. Plain SQL that both databases read: it runs for every enquiry while other writers wait.</summary>
/// <param name="Done">The lead of an earlier enquiry with the same request id.</param>
/// <param name="Open">The newest open lead of the same person.</param>
/// <param name="TopRank">The rank of the card on top of the board's first column.</param>
public readonly record struct EnquiryLookup(int? Done, int? Open, string? TopRank)
{
    private const string Sql = """
        SELECT 0 AS what, lead_id AS id, NULL AS rank FROM activities WHERE request_id = @request
        UNION ALL
        SELECT 1, id, NULL FROM (
            SELECT id FROM leads
            WHERE email = @email AND deleted_at IS NULL AND status NOT IN ('won', 'lost') AND (created_at >= @since
                OR EXISTS (SELECT 1 FROM activities WHERE lead_id = leads.id AND kind = 'enquiry' AND at >= @since))
            ORDER BY created_at DESC, id DESC LIMIT 1) AS newest
        UNION ALL
        SELECT 2, id, rank FROM (SELECT id, rank FROM leads WHERE status = 'new' AND deleted_at IS NULL ORDER BY rank, id LIMIT 1) AS top
        """;

    /// <param name="email">As stored: trimmed and lower-case.</param>
    /// <param name="since">UTC; an open lead without an enquiry since then is not joined.</param>
    public static async Task<EnquiryLookup> FindAsync(CrmDbContext db, string? requestId, string email, DateTime since)
    {
        var command = db.CommandFor(Sql);
        Add(command, "@request", requestId ?? "");
        Add(command, "@email", email);
        Add(command, "@since", since);
        var found = new EnquiryLookup();
        await using var rows = await command.ExecuteReaderAsync();
        while (await rows.ReadAsync())
        {
            found = rows.GetInt32(0) switch
            {
                0 => found with { Done = await rows.IsDBNullAsync(1) ? null : rows.GetInt32(1) },
                1 => found with { Open = rows.GetInt32(1) },
                _ => found with { TopRank = rows.GetString(2) },
            };
        }
        return found;
    }

    private static void Add(DbCommand command, string name, object value)
    {
        var parameter = command.CreateParameter();
        parameter.ParameterName = name;
        parameter.Value = value;
        command.Parameters.Add(parameter);
    }
}
