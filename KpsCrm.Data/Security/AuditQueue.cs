using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace KpsCrm.Data.Security;

/// <summary>
/// Takes what people look at, search and are refused, and writes it in batches: a click never waits for it, not even when the database does not
/// answer and the queue is full; then what no longer fits is counted, and the count is written. A clean stop loses nothing, a killed
/// process what came in the last <see cref="Every"/>.
/// </summary>
public sealed class AuditQueue(CrmStore store, TimeProvider clock, ILogger<AuditQueue> log) : BackgroundService
{
    /// <summary>How long a row may wait for others.</summary>
    public static readonly TimeSpan Every = TimeSpan.FromMilliseconds(250);

    public const int Capacity = 10_000;
    private const int MostPerWrite = 250;
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    private readonly Channel<SecurityLog> _waiting = Channel.CreateBounded<SecurityLog>(new BoundedChannelOptions(Capacity) { SingleReader = true });
    private long _lost;

    /// <summary>Never waits.</summary>
    public void Add(SecurityLog row)
    {
        if (!_waiting.Writer.TryWrite(row))
            Interlocked.Increment(ref _lost);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var batch = new List<SecurityLog>();
        // Not the stopping token: what is in the queue is written before the program ends.
        while (await _waiting.Reader.WaitToReadAsync(CancellationToken.None))
        {
            try
            {
                if (_waiting.Reader.Count < MostPerWrite)
                    await Task.Delay(Every, clock, stoppingToken);
            }
            catch (OperationCanceledException)
            {
                // Stopping: at once.
            }
            while (batch.Count < MostPerWrite && _waiting.Reader.TryRead(out var row))
                batch.Add(row);
            await WriteAsync(batch, stoppingToken);
            batch.Clear();
        }
    }

    private async Task WriteAsync(List<SecurityLog> batch, CancellationToken stoppingToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            var lost = Interlocked.Exchange(ref _lost, 0);
            try
            {
                await store.WriteAsync(Actor.System, db =>
                {
                    db.SecurityLogs.AddRange(batch);
                    if (lost > 0)
                        db.Audit(SecurityEvents.AuditOverflow, details: new { rows = lost }, severity: SecuritySeverity.Critical);
                    return Task.CompletedTask;
                }, CancellationToken.None);
                return;
            }
            catch (Exception e)
            {
                Interlocked.Add(ref _lost, lost);
                log.LogWarning("{Rows} rows of the audit trail could not be written yet ({Reason}); trying again", batch.Count, e.Message);
                if (stoppingToken.IsCancellationRequested && attempt >= 3)
                {
                    log.LogError("{Rows} rows of the audit trail were lost: the database did not take them before the program had to end", batch.Count);
                    return;
                }
            }
            try
            {
                await Task.Delay(RetryAfter, clock, stoppingToken);
            }
            catch (OperationCanceledException)
            {
                // Stopping: two more attempts, at once.
            }
        }
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        _waiting.Writer.TryComplete();
        await base.StopAsync(cancellationToken);
        // A service that is stopped before its first turn never gets it.
        if (ExecuteTask is { IsCompleted: true })
            await ExecuteAsync(new CancellationToken(canceled: true));
    }
}
