using KpsCrm.Data.Changes;

namespace KpsCrm.Web.Features.Mail;

/// <summary>Wakes the sender when a mail was stored, when one is due again, and for as long as the program runs.</summary>
internal sealed class MailWorker(MailSender sender, IMailTransport transport, MailOptions options, ChangeFeed feed, TimeProvider clock, ILogger<MailWorker> log) : BackgroundService
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);

    /// <summary>A server that can't be reached isn't asked more often, however many mails come in.</summary>
    private static readonly TimeSpan AfterFailure = TimeSpan.FromSeconds(15);

    private readonly SemaphoreSlim _wake = new(0);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (options.HasServer)
            log.LogInformation("Mail goes to {Destination}", transport.Destination);
        else
            log.LogWarning("No mail server is set (Mail__Host): mail becomes {Destination}", transport.Destination);

        using var subscription = feed.Subscribe(Topics.Mail, _ =>
        {
            _wake.Release();
            return Task.CompletedTask;
        });
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                if (await sender.SendDueAsync(stoppingToken))
                    await SleepAsync(await sender.NextAttemptAsync(stoppingToken), stoppingToken);
                else
                    await Task.Delay(AfterFailure, clock, stoppingToken);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                log.LogError(e, "The mail sender stumbled; it goes on in a moment");
                await Task.Delay(AfterFailure, clock, stoppingToken);
            }
        }
    }

    private async Task SleepAsync(DateTime? next, CancellationToken stoppingToken)
    {
        var pause = next is { } at ? at - clock.GetUtcNow().UtcDateTime : Longest;
        using var alarm = new CancellationTokenSource(pause < Shortest ? Shortest : pause > Longest ? Longest : pause, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(alarm.Token, stoppingToken);
        try
        {
            await _wake.WaitAsync(either.Token);
            while (_wake.Wait(0))
            {
                // One look answers all calls until now.
            }
        }
        catch (OperationCanceledException) when (!stoppingToken.IsCancellationRequested)
        {
            // The alarm.
        }
    }

    public override void Dispose()
    {
        base.Dispose();
        _wake.Dispose();
    }
}
