using KpsCrm.Data.Changes;
using KpsCrm.Web.Shared;

namespace KpsCrm.Web.Features.Mail;

/// <summary>Wakes the sender when a mail was stored, when one is due again, and for as long as the program runs.</summary>
internal sealed class MailWorker(MailSender sender, IMailTransport transport, MailOptions options, ChangeFeed feed, TimeProvider clock, ILogger<MailWorker> log) : BackgroundService
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(1);

    /// <summary>A server that can't be reached isn't asked more often, however many mails come in.</summary>
    private static readonly TimeSpan AfterFailure = TimeSpan.FromSeconds(15);

    private readonly Sleep _sleep = new(clock, shortest: TimeSpan.FromSeconds(1), Longest);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (options.HasServer)
            log.LogInformation("Mail goes to {Destination}", transport.Destination);
        else
            log.LogWarning("No mail server is set (Mail__Host): mail becomes {Destination}", transport.Destination);

        using var subscription = feed.Subscribe(Topics.Mail, _ => _sleep.WakeAsync());
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                if (await sender.SendDueAsync(stoppingToken))
                    await _sleep.UntilAsync(await sender.NextAttemptAsync(stoppingToken), stoppingToken);
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

    public override void Dispose()
    {
        base.Dispose();
        _sleep.Dispose();
    }
}
