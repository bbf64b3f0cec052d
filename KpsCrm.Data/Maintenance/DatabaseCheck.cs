using System.Data.Common;
using KpsCrm.Data.Activities;
using KpsCrm.Data.Clients;
using KpsCrm.Data.Deals;
using KpsCrm.Data.Files;
using KpsCrm.Data.Leads;
using KpsCrm.Data.Providers;
using KpsCrm.Data.Tasks;
using Microsoft.EntityFrameworkCore;

namespace KpsCrm.Data.Maintenance;

/// <summary>Proves that the data is whole: the file, the references, the words of the status columns, the clients' lifetime values, the attached files.</summary>
public sealed class DatabaseCheck(IProvider provider, DatabaseOptions options, FileStore files)
{
    /// <returns>One sentence per finding; none when all is well.</returns>
    /// <exception cref="TroubleException">The database can't be read at all.</exception>
    public async Task<IReadOnlyList<string>> RunAsync(CancellationToken cancellationToken = default)
    {
        var findings = new List<string>();
        if (options.Provider == DatabaseProvider.Sqlite)
        {
            if (await SqliteFile.DemandOursAsync(options.Path, "The database", SqliteFile.KnownMigrations(), cancellationToken) is null)
                throw new TroubleException($"There is no database at {options.Path} yet; create it with 'db init'.");
        }

        await using var db = await provider.OpenForReadingAsync(cancellationToken);
        await db.Database.OpenConnectionAsync(cancellationToken);
        var connection = db.Database.GetDbConnection();
        if (options.Provider == DatabaseProvider.Sqlite)
        {
            findings.AddRange((await ListAsync(connection, "PRAGMA integrity_check", cancellationToken)).Where(line => line != "ok").Select(line => $"The file is damaged: {line}."));
            findings.AddRange((await ListAsync(connection, "SELECT \"table\" || ' ' || rowid || ' refers to a row of ' || parent || ' that is gone.' FROM pragma_foreign_key_check", cancellationToken)));
        }

        findings.AddRange(await ListAsync(connection, """
            SELECT 'Client ' || id || ' has the lifetime value ' || total_value_cents || ' cents; brought along and won deals make ' || (elsewhere_cents + won) || '.'
            FROM (SELECT c.id, c.total_value_cents, c.elsewhere_cents, coalesce((SELECT sum(d.amount_cents) FROM deals d WHERE d.client_id = c.id AND d.status = 'closed_won' AND d.deleted_at IS NULL), 0) AS won FROM clients c) AS sums
            WHERE total_value_cents <> elsewhere_cents + won ORDER BY id
            """, cancellationToken));
        findings.AddRange(await UnknownWordsAsync<LeadStatus>(connection, "leads", "status", cancellationToken));
        findings.AddRange(await UnknownWordsAsync<Priority>(connection, "leads", "priority", cancellationToken));
        findings.AddRange(await UnknownWordsAsync<ClientStatus>(connection, "clients", "status", cancellationToken));
        findings.AddRange(await UnknownWordsAsync<DealStage>(connection, "deals", "status", cancellationToken));
        findings.AddRange(await UnknownWordsAsync<ActivityKind>(connection, "activities", "kind", cancellationToken));
        findings.AddRange(await UnknownWordsAsync<TaskKind>(connection, "tasks", "kind", cancellationToken));
        findings.AddRange(await FilesAsync(db, cancellationToken));
        return findings;
    }

    private async Task<List<string>> FilesAsync(CrmDbContext db, CancellationToken cancellationToken)
    {
        var findings = new List<string>();
        foreach (var file in await db.Attachments.IgnoreQueryFilters().OrderBy(f => f.Id).Select(f => new { f.Id, f.Name, f.StoredAs, f.Bytes, f.Sha256 }).ToListAsync(cancellationToken))
        {
            var path = files.PathOf(file.StoredAs);
            if (await FileStore.ProblemAsync(path, file.Bytes, file.Sha256, cancellationToken) is { } problem)
                findings.Add($"The content of file {file.Id} ({file.Name}) {problem}: {path}.");
        }
        findings.AddRange((await files.OrphansAsync(cancellationToken)).Select(orphan => $"No row refers to the file {orphan}; the running program removes it within an hour."));
        return findings;
    }

    private static Task<List<string>> UnknownWordsAsync<T>(DbConnection connection, string table, string column, CancellationToken cancellationToken) where T : struct, Enum =>
        ListAsync(connection, $"SELECT '{table} ' || id || ' has the unknown {column} ''' || {column} || '''.' FROM {table} WHERE NOT ({Columns.OneOf<T>(column)}) ORDER BY id", cancellationToken);

    private static async Task<List<string>> ListAsync(DbConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var rows = new List<string>();
        while (await reader.ReadAsync(cancellationToken))
            rows.Add(reader.GetString(0));
        return rows;
    }
}
