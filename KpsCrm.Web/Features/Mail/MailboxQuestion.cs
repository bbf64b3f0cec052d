using KpsCrm.Data.Changes;
using KpsCrm.Data.Mail;
using KpsCrm.Data.Security;
using KpsCrm.Web.Live;
using Microsoft.EntityFrameworkCore;

namespace KpsCrm.Web.Features.Mail;

/// <summary>What has gone out, what waits and what was refused.</summary>
public sealed record MailboxQuestion : IQuestion<Mailbox>
{
    private const int MostOpen = 200;
    private const int MostSent = 25;

    public Topics Of => Topics.Mail | Topics.Leads;

    public async Task<Mailbox> AskAsync(CrmView view, CancellationToken cancellationToken)
    {
        var counts = await view.Mails.GroupBy(m => m.State).Select(g => new { g.Key, Count = g.Count() }).ToDictionaryAsync(g => g.Key, g => g.Count, cancellationToken);
        var refused = await Rows(view.Mails.Where(m => m.State == MailState.Refused).OrderByDescending(m => m.Id)).Take(MostOpen).ToListAsync(cancellationToken);
        var waiting = await Rows(view.Mails.Where(m => m.State == MailState.Waiting).OrderBy(m => m.NextAttemptAt)).Take(MostOpen).ToListAsync(cancellationToken);
        var sent = await Rows(view.Mails.Where(m => m.State == MailState.Sent).OrderByDescending(m => m.SentAt)).Take(MostSent).ToListAsync(cancellationToken);
        return new(counts.GetValueOrDefault(MailState.Waiting), counts.GetValueOrDefault(MailState.Refused), counts.GetValueOrDefault(MailState.Sent), [.. refused, .. waiting], sent);
    }

    private static IQueryable<MailRow> Rows(IQueryable<OutgoingMail> mails) => mails.Select(m =>
        new MailRow(m.Id, m.Kind, m.State, m.ToAddress, m.LeadId, m.Lead!.Name, m.Attempts, m.NextAttemptAt, m.LastError, m.Subject, m.CreatedAt, m.SentAt));
}

/// <param name="Open">Refused and waiting ones.</param>
/// <param name="Recent">Sent ones, newest first.</param>
public sealed record Mailbox(int Waiting, int Refused, int Sent, IReadOnlyList<MailRow> Open, IReadOnlyList<MailRow> Recent);

public sealed record MailRow(int Id, MailKind Kind, MailState State, string ToAddress, int? LeadId, string? LeadName, int Attempts, DateTime NextAttemptAt, string? LastError, string? Subject, DateTime CreatedAt, DateTime? SentAt)
{
    public string KindInWords => Kind switch
    {
        MailKind.AutoReply => "Thanks to the visitor",
        MailKind.Notice => "Notice to a colleague",
        MailKind.PasswordReset => "Link for a new password",
        MailKind.Invitation => "Invitation",
        _ => "News for the sales team",
    };
}
