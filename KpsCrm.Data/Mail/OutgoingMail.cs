using KpsCrm.Data.Activities;
using KpsCrm.Data.Leads;
using KpsCrm.Data.Notifications;
using KpsCrm.Data.Users;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace KpsCrm.Data.Mail;

public enum MailKind
{
    SalesNotification,
    AutoReply,

    /// <summary>To a colleague: what their bell rang for.</summary>
    Notice,

    /// <summary>To whoever forgot their password. The link is made when the mail is sent and kept nowhere.</summary>
    PasswordReset,

    /// <summary>To whoever is to join; its link as that of a reset.</summary>
    Invitation,
}

public enum MailState
{
    Waiting,
    Sent,

    /// <summary>The server refused it for good; a person has to look.</summary>
    Refused,
}

/// <summary>
/// A mail that has to go out: stored in the save that caused it, sent afterwards, tried again until the server takes it.
/// Its text is made from the lead when it is sent, and kept here from then on.
/// </summary>
public sealed class OutgoingMail
{
    public int Id { get; init; }
    public MailKind Kind { get; init; }
    public required string ToAddress { get; init; }
    public int? LeadId { get; init; }
    public Lead? Lead { get; init; }

    /// <summary>The enquiry that the mail speaks of.</summary>
    public int? ActivityId { get; init; }

    public Activity? Activity { get; init; }

    /// <summary>For a notice.</summary>
    public int? NotificationId { get; init; }

    public Notification? Notification { get; init; }

    /// <summary>Whose password is to be reset, or who is invited.</summary>
    public int? UserId { get; init; }

    public User? User { get; init; }
    public MailState State { get; private set; }
    public int Attempts { get; private set; }

    /// <summary>UTC; not tried before.</summary>
    public DateTime NextAttemptAt { get; private set; }

    public string? LastError { get; private set; }

    /// <summary>The Message-ID header, the same for every attempt, so that a receiver can tell a repeat.</summary>
    public required string MessageId { get; init; }

    public string? Subject { get; private set; }
    public string? TextBody { get; private set; }
    public string? HtmlBody { get; private set; }

    /// <summary>UTC.</summary>
    public DateTime CreatedAt { get; init; }

    /// <summary>UTC.</summary>
    public DateTime? SentAt { get; private set; }

    public bool IsSample { get; init; }

    /// <summary>Nobody else tries it before <paramref name="until"/>; if the program dies meanwhile, it is tried again then.</summary>
    public void Claim(DateTime until) => NextAttemptAt = until;

    /// <summary>Tries it again from <paramref name="at"/> on, also when it was refused.</summary>
    public void TryAgain(DateTime at)
    {
        if (State == MailState.Sent)
            throw new RuleException("This mail has gone out already.");
        (State, NextAttemptAt) = (MailState.Waiting, at);
    }

    /// <summary>The server took it, with this text.</summary>
    public void MarkSent(string subject, string text, string html, DateTime at)
    {
        (Subject, TextBody, HtmlBody) = (subject, text, html);
        (State, SentAt, LastError) = (MailState.Sent, at, null);
        Attempts++;
    }

    /// <summary>It did not go out; pauses grow 30 s, 1 min, 2 min … to an hour at most.</summary>
    public void MarkFailed(string error, DateTime at)
    {
        Attempts++;
        LastError = error;
        NextAttemptAt = at + TimeSpan.FromSeconds(Math.Min(3600, 30 * Math.Pow(2, Math.Min(Attempts - 1, 10))));
    }

    /// <summary>The server will never take it.</summary>
    public void MarkRefused(string error)
    {
        Attempts++;
        (State, LastError) = (MailState.Refused, error);
    }
}

/// <summary>What everyone may know of a mail.</summary>
public sealed record MailStanding
{
    public int Id { get; init; }

    /// <summary>The enquiry that the mail speaks of.</summary>
    public int? ActivityId { get; init; }

    public MailKind Kind { get; init; }
    public required string ToAddress { get; init; }
    public MailState State { get; init; }

    /// <summary>UTC.</summary>
    public DateTime? SentAt { get; init; }
}

internal sealed class OutgoingMailConfiguration : IEntityTypeConfiguration<OutgoingMail>
{
    public void Configure(EntityTypeBuilder<OutgoingMail> mail)
    {
        mail.ToTable("outgoing_mails", t =>
        {
            t.HasCheckConstraint("ck_outgoing_mails_state", Columns.OneOf<MailState>("state"));
            t.HasCheckConstraint("ck_outgoing_mails_kind", Columns.OneOf<MailKind>("kind"));
        });
        mail.Property(m => m.IsSample).HasDefaultValue(false).ValueGeneratedNever();
        mail.HasCreatedAt(m => m.CreatedAt);
        mail.HasOne(m => m.Lead).WithMany().HasForeignKey(m => m.LeadId).OnDelete(DeleteBehavior.Cascade);
        mail.HasOne(m => m.Activity).WithMany().HasForeignKey(m => m.ActivityId).OnDelete(DeleteBehavior.Cascade);
        mail.HasOne(m => m.Notification).WithMany().HasForeignKey(m => m.NotificationId).OnDelete(DeleteBehavior.Cascade);
        mail.HasOne(m => m.User).WithMany().HasForeignKey(m => m.UserId).OnDelete(DeleteBehavior.Cascade);
        // Of two instances that claim a mail at the same moment, one finds it changed.
        mail.Property(m => m.NextAttemptAt).IsConcurrencyToken();
        mail.HasIndex(m => new { m.State, m.NextAttemptAt }).HasFilter("state = 'waiting'");
    }
}
