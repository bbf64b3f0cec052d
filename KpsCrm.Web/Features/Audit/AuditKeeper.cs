using KpsCrm.Data.Security;
using KpsCrm.Web.Features.Account;
using KpsCrm.Web.Shared;

namespace KpsCrm.Web.Features.Audit;

/// <summary>Keeps the audit trail: removes what is too old, notes every hour outside the database where it stands, and proves it once a day.</summary>
internal sealed class AuditKeeper(AuditCheck check, AuditRetention retention, AuditState state, AuditOptions options, SecurityTrail trail, TimeProvider clock, ILogger<AuditKeeper> log) : BackgroundService, IHostedLifecycleService
{
    private static readonly TimeSpan Every = TimeSpan.FromHours(1);
    private static readonly TimeSpan Daily = TimeSpan.FromDays(1);

    private readonly Lock _lock = new();
    private Task? _stopped;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, clock);
        var proved = DateTimeOffset.MinValue;
        do
        {
            try
            {
                await check.AnchorAsync("running", stoppingToken);
                if (clock.GetUtcNow() - proved < Daily)
                    continue;
                await retention.RunAsync(options.KeepDays, stoppingToken);
                // With the row the alarm goes off (SuspicionRules).
                if ((await state.ProveAsync(stoppingToken)).Findings is [var finding, ..] findings)
                    await trail.WriteAsync(Actor.System, SecurityEvents.AuditBroken, details: new { finding, findings = findings.Count }, severity: SecuritySeverity.Critical);
                proved = clock.GetUtcNow();
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                log.LogWarning("The audit trail could not be looked after ({Reason}); trying again in an hour", e.Message);
            }
        }
        while (await timer.TickAsync(stoppingToken));
    }

    /// <summary>After the last row has been written. A host may be told to stop more than once; whoever waits for it waits for the same.</summary>
    public Task StoppedAsync(CancellationToken cancellationToken) => Once(() => AnchorLastAsync(cancellationToken));

    private Task Once(Func<Task> act)
    {
        lock (_lock)
            return _stopped ??= act();
    }

    private async Task AnchorLastAsync(CancellationToken cancellationToken)
    {
        try
        {
            await check.AnchorAsync("stopped", cancellationToken);
        }
        catch (Exception e)
        {
            log.LogWarning("Where the audit trail stands could not be noted ({Reason})", e.Message);
        }
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}

/// <summary>What the last look along the chain found.</summary>
public sealed class AuditState(AuditCheck check, TimeProvider clock, ILogger<AuditState> log)
{
    public AuditProof? Proof { get; private set; }

    /// <summary>UTC.</summary>
    public DateTime? ProvedAt { get; private set; }

    /// <summary>What was found was of other data.</summary>
    public void Forget() => (Proof, ProvedAt) = (null, null);

    public async Task<AuditProof> ProveAsync(CancellationToken cancellationToken = default)
    {
        var proof = await check.RunAsync(cancellationToken);
        (Proof, ProvedAt) = (proof, clock.GetUtcNow().UtcDateTime);
        foreach (var finding in proof.Findings)
            log.LogError("{Finding}", finding);
        return proof;
    }
}
