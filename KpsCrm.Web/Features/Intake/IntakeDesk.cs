using KpsCrm.Data;
using KpsCrm.Data.Activities;
using KpsCrm.Data.Analytics;
using KpsCrm.Data.Leads;
using KpsCrm.Data.Mail;
using KpsCrm.Data.Ordering;
using KpsCrm.Data.Security;
using KpsCrm.Web.Features.Mail;
using KpsCrm.Web.Shared;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace KpsCrm.Web.Features.Intake;

/// <summary>What comes through the public door.</summary>
/// <param name="RequestId">The sender's key: the same request, sent twice, is done once.</param>
/// <param name="Suspicion">What the carrier (form or API) holds against it, in words; null when nothing.</param>
/// <param name="ConsentNeeded">The form asks for consent; the API's senders have asked already.</param>
/// <param name="Host">The host it was sent to, which is no referrer.</param>
public sealed record Submission(Enquiry Enquiry, string? RequestId = null, string? Suspicion = null, bool ConsentNeeded = false, string? Host = null);

/// <summary>The answer to a submission: problems to mend, or the lead, or (held as spam) no lead; the sender is not told the difference between the last two.</summary>
public sealed record Receipt(int LeadId, bool Held = false)
{
    public IReadOnlyList<Problem> Problems { get; init; } = [];
}

/// <summary>The one way in for enquiries: form, API and release from quarantine.</summary>
public sealed class IntakeDesk(CrmStore store, IOptions<IntakeOptions> options, MailOptions mail, CompanyOptions company)
{
    /// <summary>The same person within this time means the same thing.</summary>
    private static readonly TimeSpan JoinsWithin = TimeSpan.FromDays(30);
    private const int Attempts = 3;

    /// <summary>Returns once everything is durably stored: lead, event, activity and both mails, or none of them.</summary>
    public async Task<Receipt> AcceptAsync(Submission submission)
    {
        var enquiry = Normalising.Of(submission.Enquiry);
        enquiry = enquiry with { Source = Attribution.SourceOf(enquiry, host => IsOurs(host, submission.Host)) };
        if (EnquiryRules.Check(enquiry, submission.ConsentNeeded) is { Count: > 0 } problems)
            return new(0) { Problems = problems };

        var prepared = new Prepared(enquiry, enquiry.ToJson(), submission.RequestId);
        return (submission.Suspicion ?? Spam.AgainstName(enquiry.Name)) is { } reason
            ? await OnceAsync(prepared, () => store.WriteAsync(Actor.Visitor, db => HoldAsync(db, prepared, reason)))
            : await OnceAsync(prepared, () => store.WriteAsync(Actor.Visitor, db => StoreAsync(db, prepared)));
    }

    /// <summary>Stores an enquiry that has been looked at, within the caller's write.</summary>
    internal async Task<Receipt> StoreAsync(CrmDbContext db, Prepared sent)
    {
        await db.HoldAsync(sent.Enquiry.Email);
        var found = await EnquiryLookup.FindAsync(db, sent.RequestId, sent.Enquiry.Email, db.Now - JoinsWithin);
        if (found.Done is { } done)
            return new(done);

        var lead = found.Open is { } open ? await db.Leads.SingleAsync(l => l.Id == open) : null;
        if (lead is null)
        {
            lead = sent.Enquiry.ToLead(db.Now).PlaceAt(Rank.Between(null, found.TopRank));
            await db.InsertAsync(lead);
        }
        else
        {
            lead.Join(sent.Enquiry, db.Now);
        }
        await RecordAsync(db, lead, sent, isNew: found.Open is null);
        return new(lead.Id);
    }

    private Task RecordAsync(CrmDbContext db, Lead lead, Prepared sent, bool isNew)
    {
        var enquiry = sent.Enquiry;
        var activity = new Activity
        {
            Kind = isNew ? ActivityKind.Created : ActivityKind.Enquiry,
            LeadId = lead.Id,
            ActorId = db.Actor.UserId,
            ActorName = db.Actor.Name,
            Summary = (isNew ? "sent an enquiry" : "sent another enquiry") + (db.Actor.UserId is null ? "" : ", released from quarantine"),
            Detail = sent.Json,
            RequestId = sent.RequestId,
            At = db.Now,
        };
        var submitted = new AnalyticsEvent
        {
            EventType = "lead_created",
            Action = "form_submit",
            Value = lead.Id.ToString(System.Globalization.CultureInfo.InvariantCulture),
            Page = enquiry.Page,
            City = enquiry.City,
            Referrer = enquiry.Referrer,
            SessionId = enquiry.SessionId,
            IpAddress = enquiry.IpAddress,
            UserAgent = enquiry.UserAgent,
            CreatedAt = db.Now,
        };
        var salesMail = MailFor(MailKind.SalesNotification, string.IsNullOrWhiteSpace(mail.SalesAddress) ? company.Email : mail.SalesAddress);
        return AutomaticSender.Is(enquiry.Email)
            ? db.InsertAsync(activity, submitted, salesMail)
            : db.InsertAsync(activity, submitted, salesMail, MailFor(MailKind.AutoReply, enquiry.Email));

        OutgoingMail MailFor(MailKind kind, string to) => new()
        {
            Kind = kind,
            ToAddress = to,
            LeadId = lead.Id,
            Activity = activity,
            MessageId = $"{Guid.NewGuid():N}@kps-crm",
            CreatedAt = db.Now,
        };
    }

    private async Task<Receipt> HoldAsync(CrmDbContext db, Prepared sent, string reason)
    {
        if (sent.RequestId is { } key && await db.QuarantinedEnquiries.AnyAsync(q => q.RequestId == key))
            return new(0, Held: true);

        db.QuarantinedEnquiries.Add(new QuarantinedEnquiry
        {
            Reason = reason,
            Name = sent.Enquiry.Name,
            Email = sent.Enquiry.Email,
            Payload = sent.Json,
            IpAddress = sent.Enquiry.IpAddress,
            UserAgent = sent.Enquiry.UserAgent,
            RequestId = sent.RequestId,
            ReceivedAt = db.Now,
        });
        var sender = Actor.Visitor with { From = new(sent.Enquiry.IpAddress, sent.Enquiry.UserAgent) };
        db.SecurityLogs.Add(AuditRow.Of(sender, SecurityEvents.FormTrap, db.Now, details: new { reason }, severity: SecuritySeverity.Warning));
        return new(0, Held: true);
    }

    /// <summary>
    /// Two of the same request at once, or a person saving the lead that is being joined, make the later one fail on the database's own guard:
    /// it looks again, and finds what the first has done.
    /// </summary>
    private static async Task<Receipt> OnceAsync(Prepared sent, Func<Task<Receipt>> write)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await write();
            }
            catch (DbUpdateException e) when (attempt < Attempts && (e is DbUpdateConcurrencyException || sent.RequestId is not null))
            {
            }
        }
    }

    private bool IsOurs(string host, string? receivedOn) =>
        host.Equals(receivedOn, StringComparison.OrdinalIgnoreCase) || options.Value.Origins.Any(o => new Uri(o).Host.Equals(host, StringComparison.OrdinalIgnoreCase));
}

/// <summary>An enquiry ready to be written: whatever needs no database is done.</summary>
internal sealed record Prepared(Enquiry Enquiry, string Json, string? RequestId);
