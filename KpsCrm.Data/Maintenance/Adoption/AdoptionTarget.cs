using KpsCrm.Data.Security;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;

namespace KpsCrm.Data.Maintenance;

/// <summary>Where the adopted rows go: a new file, or one of ours that has people and settings but no data yet.</summary>
/// <param name="IsOurs">There is one, and what is in it stays.</param>
/// <param name="AdoptedBefore">The day this very file was adopted.</param>
internal sealed record AdoptionTarget(bool IsOurs, string? AdoptedBefore)
{
    private static readonly string[] Data = ["leads", "clients", "deals", "analytics_events", "activities", "tasks", "attachments", "quarantined_enquiries"];

    /// <exception cref="TroubleException">It has data, which an adoption would overwrite.</exception>
    public static async Task<AdoptionTarget> DemandFreeAsync(string path, string from, CancellationToken cancellationToken)
    {
        if (await SqliteFile.DemandOursAsync(path, "The database", SqliteFile.KnownMigrations(), cancellationToken) is null)
            return new(false, null);
        await SqliteFile.DemandWriteLockAsync(path, cancellationToken);
        await using var file = new SqliteConnection(SqliteFile.ReadOnly(path));
        await file.OpenAsync(cancellationToken);
        if (File.Exists(from) && BeforeOf(file, from == path ? "" : LegacyCopy.HashOf(from)) is { } before)
            return new(true, before);
        var here = LegacyFile.All(file, "SELECT name FROM sqlite_master WHERE type = 'table'").Select(r => r[0]).ToHashSet();
        if (Data.FirstOrDefault(t => here.Contains(t) && LegacyFile.Ask(file, $"SELECT 1 FROM {t} LIMIT 1") is not null) is { } full)
            throw new TroubleException($"The database {path} has data already ({full.Replace('_', ' ')}), which is never overwritten; name another file in Database__Path, or move this one away first.");
        return new(true, null);
    }

    /// <summary>Why a file can't be adopted, in a sentence.</summary>
    public static async Task<string> WhyNotAsync(string from, CancellationToken cancellationToken)
    {
        if (!File.Exists(from))
            return $"There is no file {from}.";
        try
        {
            return await SqliteFile.DemandOursAsync(from, "The file", SqliteFile.KnownMigrations(), cancellationToken) is null
                ? $"The file {from} is empty; name the older system's kps_crm.db."
                : $"The file {from} is a database of this program already, not of the older system; use it with Database__Path, or 'db restore' it.";
        }
        catch (TroubleException e)
        {
            return e.Message;
        }
    }

    /// <summary>The schema, and what the database has in it so far.</summary>
    public static async Task MakeAsync(string path, string? ours, CancellationToken cancellationToken)
    {
        if (ours is not null)
        {
            await SqliteCopy.MakeAsync(ours, path, cancellationToken);
            await Schema.BringUpAsync(path, cancellationToken);
            return;
        }
        await using (var services = new ServiceCollection().AddLogging().AddSingleton(TimeProvider.System).AddCrmData(new DatabaseOptions { Path = path }).BuildServiceProvider())
            await services.GetRequiredService<Schema>().MigrateAsync(cancellationToken: cancellationToken);
        SqliteConnection.ClearAllPools();
    }

    /// <param name="hash">Of the file; empty for any.</param>
    private static string? BeforeOf(SqliteConnection file, string hash)
    {
        using var command = file.CreateCommand();
        command.CommandText = $"SELECT created_at FROM security_logs WHERE event_type = '{SecurityEvents.Adopted}' AND instr(details, $hash) > 0 ORDER BY id DESC LIMIT 1";
        command.Parameters.AddWithValue("$hash", hash);
        return (command.ExecuteScalar() as string)?[..10];
    }
}
