using System.Diagnostics;
using System.Globalization;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace KpsCrm.Data.Maintenance;

/// <summary>
/// Brings a database of the older system over: into a new file, which is checked and then takes the database's place. Whatever happens meanwhile, the older
/// file stays as it is; what is done to its rows, docs/adoption.md says.
/// </summary>
public sealed class Adoption(DatabaseOptions options, TimeProvider clock, Backup backup, DiskSpace space)
{
    /// <summary>What lies in the database's place is the older system's, or half adopted.</summary>
    public bool IsWaiting => options.Provider == DatabaseProvider.Sqlite && (AdoptionSwap.IsDecided(options.Path) || LegacyFile.IsOne(options.Path));

    /// <summary>The caller holds the <see cref="DataLock"/> of the database.</summary>
    /// <param name="from">The older system's file; may lie in the database's own place.</param>
    /// <param name="zone">The company's: its day is in the names, and that of a closing that has none.</param>
    /// <param name="reportPath">Where the report goes; null for beside the database.</param>
    /// <param name="tell">Lines for whoever waits.</param>
    /// <exception cref="TroubleException">Nothing was changed; the message says why.</exception>
    public async Task<Adopted> RunAsync(string from, TimeZoneInfo zone, string? reportPath, Action<string> tell, CancellationToken cancellationToken = default)
    {
        if (options.Provider != DatabaseProvider.Sqlite)
            throw new TroubleException("This database is on PostgreSQL; a file of the older system can be adopted on SQLite only: set Database__Provider to Sqlite.");
        from = Path.GetFullPath(from);
        var path = Path.GetFullPath(options.Path);
        SqliteFile.DemandFolder(path);
        if (await AdoptionSwap.EndAsync(path) is { } ended)
        {
            tell($"The adoption that was interrupted is finished; its report is {ended.Report}.");
            if (from == path)
                return new(ended.Report, ended.Keep, null);
        }

        var names = AdoptionNames.Choose(path, TimeZoneInfo.ConvertTime(clock.GetUtcNow(), zone), reportPath);
        try
        {
            return await RunAsync(from, path, names, zone, tell, cancellationToken);
        }
        catch (SqliteException e) when (e.SqliteErrorCode == SQLitePCL.raw.SQLITE_FULL)
        {
            throw new TroubleException($"The disk is full; nothing was changed. Make room beside {path} and try again.", e);
        }
        catch (Exception e) when (e is SqliteException or IOException or UnauthorizedAccessException)
        {
            throw new TroubleException($"{from} could not be adopted ({e.Message.ReplaceLineEndings(" ").TrimEnd('.')}); nothing was changed.", e);
        }
        finally
        {
            names.Clear();
        }
    }

    private async Task<Adopted> RunAsync(string from, string path, AdoptionNames names, TimeZoneInfo zone, Action<string> tell, CancellationToken cancellationToken)
    {
        names.Clear();
        var isOlder = LegacyFile.IsOne(from);
        if (!isOlder && from != path)
            throw new TroubleException(await AdoptionTarget.WhyNotAsync(from, cancellationToken));
        var target = isOlder && from == path ? null : await AdoptionTarget.DemandFreeAsync(path, from, cancellationToken);
        if (target is { AdoptedBefore: { } before })
        {
            tell($"{from} was adopted already, on {before}; nothing was done.");
            return new(null, null, null);
        }
        if (!isOlder)
            throw new TroubleException(await AdoptionTarget.WhyNotAsync(from, cancellationToken));

        // The copy, and the new file with its indexes, which is four times as large.
        space.Demand(options.Folder, 3 * DiskSpace.SizeOf(from), "The adoption");
        var watch = Stopwatch.StartNew();
        tell($"{from} is a database of the older system; adopting it. It stays as it is.");
        var hash = LegacyCopy.Make(from, names.Source);
        if (hash != LegacyCopy.HashOf(from))
            throw WasWritten(from);
        var now = clock.GetUtcNow().UtcDateTime;
        await AdoptionTarget.MakeAsync(names.New, target is { IsOurs: true } ? path : null, cancellationToken);
        var report = AdoptionRows.Bring(names, now, zone, tell, cancellationToken);
        await AdoptionEnd.RunAsync(names, clock, new { report = Path.GetFileName(names.Report), file = Path.GetFileName(from), rows = report.Tables.Sum(t => t.Value.Written), hash }, tell, cancellationToken);

        var saved = target is { IsOurs: true } ? (await backup.CreateAsync(zone, cancellationToken)).Path : null;
        var keep = from == path ? names.Keep : null;
        if (hash != LegacyCopy.HashOf(from))
            throw WasWritten(from);
        await File.WriteAllTextAsync(names.ReportPart, report.Whole(
        [
            $"{from} of the older system was adopted on {now.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture)} UTC as {path}.",
            $"The file itself is unchanged{(keep is null ? "" : $" and is called {keep} now")}; its SHA-256 is {hash}.",
            $"Every row that is to be looked at, and every value without a place in a record, is a line of {names.Details}.",
            .. saved is null ? Array.Empty<string>() : [$"What was in the database before is in {saved}."],
        ]), cancellationToken);
        names.Publish();
        await new AdoptionSwap(keep, from == path ? hash : "", names.Report).RunAsync(path);
        SqliteConnection.ClearAllPools();

        foreach (var line in report.Short())
            tell(line);
        tell(string.Create(CultureInfo.InvariantCulture, $"Adopted {report.Tables.Sum(t => t.Value.Written):N0} rows in {watch.Elapsed.TotalSeconds:0.0} s.{(keep is null ? "" : $" The older file is {keep}.")} The report is {names.Report}."));
        return new(names.Report, keep, report);
    }

    private static TroubleException WasWritten(string from) => new($"{from} was written to meanwhile; stop the older system first, then adopt it. Nothing was changed.");
}

/// <param name="ReportPath">Null when there was nothing to do.</param>
/// <param name="Kept">The older file's new name; null when it stays where it was.</param>
/// <param name="Report">Null when nothing was brought this time.</param>
public sealed record Adopted(string? ReportPath, string? Kept, AdoptionReport? Report);
