using KpsCrm.Data;
using KpsCrm.Data.Maintenance;
using KpsCrm.Data.Security;
using KpsCrm.Data.Users;
using KpsCrm.Web.Features.Audit;
using KpsCrm.Web.Shared;
using Microsoft.EntityFrameworkCore;

namespace KpsCrm.Web.Features.Backups;

/// <param name="At">UTC.</param>
public sealed record BackupFailure(DateTime At, string Sentence);

/// <summary>Makes the backups of the running program, knows those that are there, and tells when one fails or is missing.</summary>
public sealed class BackupDesk(Backup backup, CrmStore store, DatabaseOptions database, BackupOptions options, BackupPassphrase passphrase, CompanyOptions company, BackupAlarm alarm, MaintenanceTrail trail, TimeProvider clock, ILogger<BackupDesk> log)
{
    private readonly SemaphoreSlim _turn = new(1);
    private string _of = "-";

    /// <summary>UTC; since when there is something to back up, if that is known.</summary>
    internal DateTime? Since { get; private set; }

    /// <summary>Something of what the page shows is otherwise now. Called on any thread.</summary>
    public event Action? Changed;

    /// <summary>What was chosen when it was last looked at; null before the first look.</summary>
    public BackupChoices? Chosen { get; private set; }

    /// <summary>Newest first, of both folders; what lies in both is named once.</summary>
    public IReadOnlyList<BackupFile> All { get; private set; } = [];

    /// <summary>What is being done at this moment.</summary>
    public BackupStep? Step { get; private set; }

    /// <summary>The last that failed, unless one has succeeded since.</summary>
    public BackupFailure? Failure { get; private set; }

    /// <summary>Of this database; what another firm keeps in the second folder, or bears a time that is yet to come, is not counted on.</summary>
    public BackupFile? LastGood => All.FirstOrDefault(b => IsGoodAndOurs(b) && b.MadeAt <= Now);

    /// <summary>There is something here that can make backups.</summary>
    public bool CanMake => database.Provider == DatabaseProvider.Sqlite || backup.HasServerTools;

    private DateTime Now => clock.GetUtcNow().UtcDateTime;

    public Task<BackupChoices> ChoicesAsync(CancellationToken cancellationToken = default) => store.ReadAsync(Actor.System, view => BackupChoices.ReadAsync(view, options, cancellationToken), cancellationToken);

    /// <summary>Looks into the folders.</summary>
    public async Task LookAsync(CancellationToken cancellationToken = default)
    {
        (Chosen, _of) = (await ChoicesAsync(cancellationToken), await backup.IdentityAsync(cancellationToken));
        var here = BackupFile.In(database.Folder);
        All = [.. here.Concat(BackupFile.In(Chosen.SecondFolder).Where(b => here.All(h => h.Note?.Sha256 != b.Note?.Sha256 || b.Note is null))).OrderByDescending(b => b.MadeAt)];
        Changed?.Invoke();
    }

    /// <exception cref="TroubleException">There is no backup; the message says why.</exception>
    /// <exception cref="RuleException">One is being made already.</exception>
    public async Task<BackupReport> BackUpAsync(Actor who, BackupCause cause, CancellationToken cancellationToken = default)
    {
        Gate.Demand(who, Role.Admin);
        return await DoAsync(progress => BackUpAsync(who, cause, progress, cancellationToken));
    }

    /// <summary>One thing at a time, told as it goes on.</summary>
    internal async Task<T> DoAsync<T>(Func<IProgress<BackupStep>, Task<T>> act)
    {
        if (!await _turn.WaitAsync(0))
            throw new RuleException("Another backup or restore is going on; wait until it is done.");
        try
        {
            Tell(new("Starting"));
            return await act(new Told<BackupStep>(Tell));
        }
        finally
        {
            Step = null;
            _turn.Release();
            await LookAsync(CancellationToken.None);
        }
    }

    private async Task<BackupReport> BackUpAsync(Actor who, BackupCause cause, IProgress<BackupStep> progress, CancellationToken cancellationToken)
    {
        try
        {
            var choices = await ChoicesAsync(cancellationToken);
            // On a thread of its own: SQLite copies without waiting.
            var report = await Task.Run(async () => await backup.CreateAsync(new BackupWish(company.Zone, cause)
            {
                SecondFolder = choices.SecondFolder,
                UnlessSince = cause == BackupCause.Schedule && choices.At is { } at ? BackupSchedule.LastDue(at, company, Now) : null,
                Passphrase = await passphrase.ReadAsync(cancellationToken),
                Progress = progress,
            }, cancellationToken), cancellationToken);
            log.LogInformation("Made the backup {Name}, {Bytes} bytes, proved", Path.GetFileName(report.Path), report.Bytes);
            await trail.BackedUpAsync(report, who);
            Failure = report.SecondProblem is { } problem ? new(Now, problem) : null;
            if (Failure is not null)
                await alarm.FailedAsync(Failure.Sentence, LastGood, cancellationToken);
            if (cause == BackupCause.Schedule)
                await TidyAsync(choices, report.Note.Of, cancellationToken);
            return report;
        }
        catch (Exception e) when (e is not (OperationCanceledException or RuleException))
        {
            var sentence = e is TroubleException ? e.Message : "The backup failed for a reason that nobody foresaw; the log has it.";
            log.LogError(e is TroubleException ? null : e, "The backup failed: {Reason}", e.Message);
            Failure = new(Now, sentence);
            await trail.BackupFailedAsync(sentence, who);
            await alarm.FailedAsync(sentence, LastGood, cancellationToken);
            throw;
        }
    }

    /// <summary>Since when there is something to back up; null while there is nobody yet.</summary>
    public async Task<DateTime?> SinceAsync(CancellationToken cancellationToken = default) =>
        Since ??= await store.ReadAsync(Actor.System, view => view.People.MinAsync(u => (DateTime?)u.CreatedAt, cancellationToken), cancellationToken);

    /// <summary>The backups of this database by the schedule, or all good ones: when they were made, UTC.</summary>
    public async Task<IReadOnlyList<DateTime>> MadeAsync(bool bySchedule, CancellationToken cancellationToken = default)
    {
        _of = await backup.IdentityAsync(cancellationToken);
        return [.. All.Where(b => IsGoodAndOurs(b) && (!bySchedule || b.Cause == BackupCause.Schedule)).Select(b => b.MadeAt)];
    }

    private bool IsGoodAndOurs(BackupFile backup) => backup.IsProved && (backup.Note!.Of == _of || backup.Note.Of == "-");

    /// <summary>Tells that there has been none for too long.</summary>
    public Task MissedAsync(CancellationToken cancellationToken = default) => alarm.MissedAsync(LastGood, cancellationToken);

    private async Task TidyAsync(BackupChoices choices, string of, CancellationToken cancellationToken)
    {
        foreach (var folder in new[] { database.Folder, choices.SecondFolder }.OfType<string>())
        {
            try
            {
                await backup.TidyAsync(folder, choices.Keep, company.Zone, of, cancellationToken);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or TroubleException)
            {
                log.LogWarning("Old backups in {Folder} could not be removed ({Reason})", folder, e.Message);
            }
        }
    }

    private void Tell(BackupStep step)
    {
        Step = step;
        Changed?.Invoke();
    }
}
