using KpsCrm.Data;
using KpsCrm.Data.Mail;
using KpsCrm.Data.Security;
using Microsoft.EntityFrameworkCore;

namespace KpsCrm.Web.Features.Mail;

/// <summary>
/// Sends what is due, at least once: a mail counts as sent only after the server took it. Before sending it is claimed for a while in a
/// write of its own, so that no second instance sends it too; a crash in between leaves it to be sent again when the claim ends.
/// </summary>
public sealed class MailSender(CrmStore store, IMailTransport transport, MailComposer composer, MailOptions options, TimeProvider clock, ILogger<MailSender> log)
{
    public static readonly TimeSpan Claim = TimeSpan.FromMinutes(10);
    private const int PerBatch = 20;

    /// <summary>Mail can wait; people can't. In a flood of enquiries the sender leaves the processor and the write queue to those still coming in.</summary>
    private static readonly TimeSpan BetweenMails = TimeSpan.FromMilliseconds(10);

    private DateTime Now => clock.GetUtcNow().UtcDateTime;

    /// <summary>UTC; null when nothing waits.</summary>
    public Task<DateTime?> NextAttemptAsync(CancellationToken cancellationToken = default) =>
        store.ReadAsync(Actor.System, view => view.Mails.Where(m => m.State == MailState.Waiting && (m.LeadId == null || view.Leads.Any(l => l.Id == m.LeadId))).MinAsync(m => (DateTime?)m.NextAttemptAt, cancellationToken), cancellationToken);

    /// <returns>False when the server could not be reached; what is due stays so or was put off.</returns>
    public async Task<bool> SendDueAsync(CancellationToken cancellationToken = default)
    {
        while (await NextAttemptAsync(cancellationToken) <= Now)
        {
            if (!await SendBatchAsync(await ClaimAsync(cancellationToken), cancellationToken))
                return false;
        }
        return true;
    }

    private async Task<Queue<DueMail>> ClaimAsync(CancellationToken cancellationToken)
    {
        var (now, until) = (Now, Now + Claim);
        try
        {
            return await store.WriteAsync(Actor.System, async db =>
            {
                var due = await db.OutgoingMails.Include(m => m.Lead).Include(m => m.Activity).Include(m => m.Notification!.User)
                    // What speaks of a lead in the recycle bin waits there with it.
                    .Where(m => m.State == MailState.Waiting && m.NextAttemptAt <= now && (m.LeadId == null || db.Leads.Any(l => l.Id == m.LeadId)))
                    .OrderBy(m => m.NextAttemptAt).ThenBy(m => m.Id).Take(PerBatch).ToListAsync(cancellationToken);
                foreach (var mail in due)
                    mail.Claim(until);
                return new Queue<DueMail>(due.Select(DueMail.From));
            }, cancellationToken);
        }
        catch (DbUpdateConcurrencyException)
        {
            // Another instance claimed one of them first. What it left is found by the next look.
            return [];
        }
    }

    private async Task<bool> SendBatchAsync(Queue<DueMail> batch, CancellationToken cancellationToken)
    {
        var claimEnds = clock.GetUtcNow() + Claim;
        IMailSession? session = null;
        try
        {
            // Two steps with the server may be needed for a mail: connecting and sending. None begins that could outlast the claim.
            while (batch.Count > 0 && clock.GetUtcNow() + TimeSpan.FromSeconds(2 * options.TimeoutSeconds) < claimEnds)
            {
                if (session is not { IsOpen: true })
                {
                    if (session is not null)
                        await session.DisposeAsync();
                    session = null;
                    session = await transport.OpenAsync(cancellationToken);
                }
                await SendOneAsync(batch.Peek(), session, cancellationToken);
                batch.Dequeue();
                await Task.Delay(BetweenMails, cancellationToken);
            }
            return true;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            log.LogWarning("No mail can go out now, {Count} will be tried again later: {Reason}", batch.Count, e.Message);
            while (batch.TryDequeue(out var mail))
                await RecordAsync(mail, m => m.MarkFailed(OneLine.Of(e.Message, 500), Now));
            return false;
        }
        finally
        {
            while (batch.TryDequeue(out var mail))
                await RecordAsync(mail, m => m.Claim(Now));
            if (session is not null)
                await session.DisposeAsync();
        }
    }

    private async Task SendOneAsync(DueMail mail, IMailSession session, CancellationToken cancellationToken)
    {
        try
        {
            var composed = await composer.ComposeAsync(mail);
            await session.SendAsync(composed.Message, cancellationToken);
            await RecordAsync(mail, m => m.MarkSent(composed.Subject, composed.Text, composed.Html, Now));
        }
        catch (MailRefusedException e)
        {
            log.LogWarning("Mail {Id} was refused for good: {Reason}", mail.Id, e.Message);
            await RecordAsync(mail, m => m.MarkRefused(OneLine.Of(e.Message, 500)));
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            log.LogWarning("Mail {Id} did not go out and will be tried again: {Reason}", mail.Id, e.Message);
            await RecordAsync(mail, m => m.MarkFailed(OneLine.Of(e.Message, 500), Now));
        }
    }

    /// <summary>Not cancelled by a shutdown: what has happened has to be known after the restart.</summary>
    private async Task RecordAsync(DueMail due, Action<OutgoingMail> outcome)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await store.WriteAsync(Actor.System, async db =>
                {
                    if (await db.OutgoingMails.SingleOrDefaultAsync(m => m.Id == due.Id) is { State: not MailState.Sent } mail)
                        outcome(mail);
                });
                return;
            }
            catch (DbUpdateConcurrencyException) when (attempt < 5)
            {
                // Someone asked for another try at this very moment.
            }
        }
    }
}
