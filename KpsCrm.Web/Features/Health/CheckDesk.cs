using KpsCrm.Data;
using KpsCrm.Data.Maintenance;
using KpsCrm.Data.Maintenance.Checks;
using KpsCrm.Data.Security;
using KpsCrm.Data.Users;
using KpsCrm.Web.Shared;

namespace KpsCrm.Web.Features.Health;

/// <summary>The check of the data as the health page sees it: one at a time, going on when the page is left, and its last result for all who look.</summary>
public sealed class CheckDesk(DatabaseCheck check, CrmStore store, ILogger<CheckDesk> log)
{
    private int _running;

    /// <summary>Null when none is under way.</summary>
    public CheckProgress? Now { get; private set; }

    public CheckReport? Last { get; private set; }

    /// <summary>Why the last one broke off; null when it did not.</summary>
    public string? Failure { get; private set; }

    /// <summary>Called on any thread.</summary>
    public event Action? Changed;

    /// <exception cref="RuleException">Another is under way.</exception>
    public Task CheckAsync(Actor who) => StartAsync(who, progress => check.RunAsync(progress));

    /// <summary>Sets right what is safe.</summary>
    /// <inheritdoc cref="CheckAsync"/>
    public Task RepairAsync(Actor who) => StartAsync(who, progress => check.RepairAsync(who, progress));

    private async Task StartAsync(Actor who, Func<IProgress<CheckProgress>, Task<CheckReport>> look)
    {
        Gate.Demand(who, Role.Admin);
        if (Interlocked.Exchange(ref _running, 1) == 1)
            throw new RuleException("A check is under way already; its result will stand here.");
        Tell(new(0, 1, ""));
        try
        {
            // On a thread of its own: SQLite reads without giving the page's back.
            Last = await Task.Run(() => look(new Told<CheckProgress>(Tell)));
            Failure = null;
            await NoteAsync(who, Last);
        }
        catch (Exception e) when (e is TroubleException or System.Data.Common.DbException)
        {
            Failure = e is TroubleException ? e.Message : "The database could not be read to the end. Try again; if it stays so, restore a backup.";
            log.LogError(e, "The check of the data broke off");
        }
        finally
        {
            Volatile.Write(ref _running, 0);
            Tell(null);
        }
    }

    private Task NoteAsync(Actor who, CheckReport report) => store.WriteAsync(who, db =>
    {
        db.Audit(SecurityEvents.Checked, details: new { findings = report.Findings.Count, mended = report.Mended.Count, seconds = Math.Round(report.Took.TotalSeconds, 1) }, severity: report.IsWhole ? SecuritySeverity.Info : SecuritySeverity.Warning);
        return Task.CompletedTask;
    });

    private void Tell(CheckProgress? progress)
    {
        Now = progress;
        Changed?.Invoke();
    }
}
