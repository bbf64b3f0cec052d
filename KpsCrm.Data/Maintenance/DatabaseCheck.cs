using System.Data.Common;
using KpsCrm.Data.Changes;
using KpsCrm.Data.Maintenance.Checks;
using KpsCrm.Data.Providers;
using KpsCrm.Data.Security;
using KpsCrm.Data.Users;
using Microsoft.EntityFrameworkCore;

namespace KpsCrm.Data.Maintenance;

/// <summary>
/// Proves that the data is whole, part by part (<see cref="IDataCheck"/>), while people work: it only reads. A repair sets right what is safe, and
/// nothing else: it invents no data and deletes none.
/// </summary>
public sealed class DatabaseCheck(IProvider provider, DatabaseOptions options, IEnumerable<IDataCheck> parts, ChangeFeed feed, Rights rights, TimeProvider clock)
{
    private readonly IReadOnlyList<IDataCheck> _parts = [.. parts];

    /// <exception cref="TroubleException">There is nothing of ours to look at, or it can't be read at all.</exception>
    public async Task<CheckReport> RunAsync(IProgress<CheckProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        var started = clock.GetTimestamp();
        await DemandOursAsync(cancellationToken);
        return await LookAsync(_parts, [], started, progress, cancellationToken);
    }

    /// <summary>Checks, sets right what is safe, and looks again at what was mended.</summary>
    /// <returns>What was mended, and what remains.</returns>
    /// <exception cref="AccessDeniedException">Only an admin may.</exception>
    /// <exception cref="TroubleException">There is nothing of ours to look at, or it can't be read at all.</exception>
    public async Task<CheckReport> RepairAsync(Actor who, IProgress<CheckProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        Gate.Demand(who, Role.Admin);
        var started = clock.GetTimestamp();
        var found = await RunAsync(progress, cancellationToken);
        var ill = _parts.Where(p => found.Mendable.Any(f => f.Part == p.Name)).ToList();
        var mended = new List<string>();
        foreach (var part in ill)
            mended.AddRange(await part.RepairAsync(who, cancellationToken));
        var again = await LookAsync(ill, mended, started, progress, cancellationToken);
        return again with
        {
            Findings = Kept(found.Findings, again.Findings),
            Notes = Kept(found.Notes, again.Notes),
            Trail = again.Trail ?? found.Trail,
        };

        IReadOnlyList<Finding> Kept(IEnumerable<Finding> before, IEnumerable<Finding> now) => [.. _parts.SelectMany(p => (ill.Contains(p) ? now : before).Where(f => f.Part == p.Name))];
    }

    private async Task<CheckReport> LookAsync(IReadOnlyList<IDataCheck> parts, IReadOnlyList<string> mended, long started, IProgress<CheckProgress>? progress, CancellationToken cancellationToken)
    {
        var findings = new List<Finding>();
        AuditProof? trail = null;
        foreach (var (index, part) in parts.Index())
        {
            progress?.Report(new(index, parts.Count, part.Name));
            await using var db = await provider.OpenForReadingAsync(cancellationToken);
            var run = new CheckRun(part.Name, db.For(Actor.System, clock, feed, rights));
            try
            {
                await using var moment = await db.SnapshotAsync(cancellationToken);
                await part.RunAsync(run, cancellationToken);
            }
            catch (Exception e) when (e is DbException or InvalidCastException or FormatException or InvalidDataException or OverflowException)
            {
                run.Tell(Gravity.Damage, $"{part.Name}: it could not be looked at to the end ({e.Message.ReplaceLineEndings(" ").TrimEnd('.')}).");
            }
            findings.AddRange(run.Findings);
            trail ??= run.Trail;
        }
        progress?.Report(new(parts.Count, parts.Count, ""));
        return new(clock.GetUtcNow().UtcDateTime, clock.GetElapsedTime(started), findings.FindAll(f => f.Gravity > Gravity.Note), findings.FindAll(f => f.Gravity == Gravity.Note), mended, trail);
    }

    private async Task DemandOursAsync(CancellationToken cancellationToken)
    {
        await using var db = await provider.OpenForReadingAsync(cancellationToken);
        var known = db.Database.GetMigrations().ToList();
        // Not whether it is sound: the check itself says what isn't.
        var applied = options.Provider == DatabaseProvider.Sqlite
            ? await SqliteFile.DemandOursAsync(options.Path, "The database", known, cancellationToken, alsoSound: false) ?? throw new TroubleException($"There is no database at {options.Path} yet; create it with 'db init'.")
            : await Schema.LookAtServerAsync(db, known, cancellationToken) ?? throw new TroubleException("There is nothing in the database yet; create it with 'db init'.");
        if (applied.Count < known.Count)
            throw new TroubleException("The database was written by an earlier version of this program; start this version once, which brings it up to date, then check it.");
    }
}
