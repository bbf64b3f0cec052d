using System.Data.Common;
using System.Globalization;
using System.Text;
using KpsCrm.Data.Providers;
using KpsCrm.Data.Security;

namespace KpsCrm.Data.Maintenance;

/// <summary>All business data as one CSV file per table, from one moment: to look at, to take along. Passwords, keys and sessions are not in it.</summary>
public sealed class CsvExport(IProvider provider, CrmStore store)
{
    /// <summary>Of people no more than who they are.</summary>
    private static readonly (string Table, string Columns)[] Tables =
    [
        ("leads", "*"), ("clients", "*"), ("deals", "*"), ("activities", "*"), ("tasks", "*"), ("analytics_events", "*"), ("security_logs", "*"), ("outgoing_mails", "*"), ("quarantined_enquiries", "*"), ("attachments", "*"),
        ("teams", "*"), ("users", "id, name, email, role, team_id, created_at, deactivated_at"),
    ];

    /// <param name="folder">Must be new or empty.</param>
    /// <returns>Rows per table.</returns>
    /// <exception cref="TroubleException">There is something in the folder already, or it can't be written.</exception>
    public async Task<IReadOnlyDictionary<string, long>> RunAsync(string folder, CancellationToken cancellationToken = default)
    {
        folder = Path.GetFullPath(folder);
        if (File.Exists(folder) || (Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any()))
            throw new TroubleException($"{folder} is there already and not empty; name a new folder.");
        var unfinished = $"{folder.TrimEnd(Path.DirectorySeparatorChar)}.part-{Guid.NewGuid():N}";
        try
        {
            Directory.CreateDirectory(unfinished);
            var rows = new Dictionary<string, long>();
            await using (var db = await provider.OpenForReadingAsync(cancellationToken))
            {
                await using var moment = await db.SnapshotAsync(cancellationToken);
                foreach (var (table, columns) in Tables)
                    rows[table] = await WriteAsync(db, $"SELECT {columns} FROM {table} ORDER BY id", Path.Combine(unfinished, $"{table}.csv"), cancellationToken);
            }
            await store.WriteAsync(Actor.System, db =>
            {
                db.Audit(SecurityEvents.Exported, "database", new { rows = rows.Values.Sum(), folder, by = Environment.UserName }, SecuritySeverity.Warning);
                return Task.CompletedTask;
            }, cancellationToken);
            if (Directory.Exists(folder))
                Directory.Delete(folder);
            Directory.Move(unfinished, folder);
            return rows;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new TroubleException($"{folder} could not be written ({e.Message.TrimEnd('.')}); nothing was exported.", e);
        }
        finally
        {
            if (Directory.Exists(unfinished))
                Directory.Delete(unfinished, recursive: true);
        }
    }

    private static async Task<long> WriteAsync(CrmDbContext db, string sql, string path, CancellationToken cancellationToken)
    {
        await using var command = db.NewCommand(sql);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await using var text = new StreamWriter(path, append: false, new UTF8Encoding(encoderShouldEmitUTF8Identifier: true));
        await text.WriteAsync(string.Join(',', Enumerable.Range(0, reader.FieldCount).Select(reader.GetName)) + "\r\n");
        long rows = 0;
        for (; await reader.ReadAsync(cancellationToken); rows++)
            await text.WriteAsync(string.Join(',', Enumerable.Range(0, reader.FieldCount).Select(i => Field(reader, i))) + "\r\n");
        return rows;
    }

    private static string Field(DbDataReader reader, int i) => reader.GetValue(i) switch
    {
        DBNull => "",
        string text => Csv.Cell(text),
        DateTime at => at.ToString("yyyy-MM-dd HH:mm:ss.FFFFFF", CultureInfo.InvariantCulture),
        DateOnly day => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        var other => Csv.Cell(other.ToString()),
    };
}
