using KpsCrm.Data.Activities;
using KpsCrm.Data.Clients;
using KpsCrm.Data.Deals;
using KpsCrm.Data.Files;
using KpsCrm.Data.Leads;
using KpsCrm.Data.Mail;
using KpsCrm.Data.Notifications;
using KpsCrm.Data.Security;
using KpsCrm.Data.Tasks;
using KpsCrm.Data.Users;
using KpsCrm.Data.Views;
using KpsCrm.Web.Tests.Support;

namespace KpsCrm.Web.Tests.Rights;

public partial class RightsWalkTests
{
    /// <summary>Anna has this role, and a team without Ben.</summary>
    private static Task<Actor> NarrowAsync(TestDatabase data, Role role, Scope scope) => data.Store.WriteAsync(Actor.System, async db =>
    {
        db.RoleRights.Add(new RoleRights { Role = role, Sees = scope, Changes = scope });
        db.Teams.AddRange(new Team { Id = 1, Name = "North", CreatedAt = db.Now }, new Team { Id = 2, Name = "South", CreatedAt = db.Now });
        var (anna, ben) = (await db.Users.FindAsync(Anna), await db.Users.FindAsync(Ben));
        (anna!.Role, anna.TeamId, ben!.TeamId) = (role, 1, 2);
        return data.Anna with { Role = role };
    });

    /// <summary>One of everything in use and one in the bin, all of one person, with a word of theirs in every text.</summary>
    private static async Task FillAsync(TestDatabase data, int owner, string word, int id)
    {
        await data.Store.WriteAsync(Actor.System, async db =>
        {
            var now = db.Now;
            for (var i = 0; i < 2; i++)
            {
                var (n, gone) = (id + i, i == 1 ? now : default(DateTime?));
                db.Leads.Add(new Lead { Id = n, Name = $"{word} acme", Email = $"{word}@acme.example", Phone = $"{word} 555", Company = $"{word} acme", Service = $"{word} service", Timeline = word, BudgetRange = word, City = $"{word} city", State = word, Source = word, Notes = $"{word} acme", ValueCents = 100_00, OwnerId = owner, CreatedAt = now, DeletedAt = gone, DeletedById = gone is null ? null : owner });
                db.Clients.Add(new Client { Id = n, Name = $"{word} acme", Email = $"{word}@acme.example", Phone = $"{word} 555", Company = $"{word} acme", Notes = $"{word} acme", OwnerId = owner, JoinedAt = now, ElsewhereCents = 100_00, LeadId = n, DeletedAt = gone, DeletedById = gone is null ? null : owner });
                await db.SaveChangesAsync();
                db.Deals.Add(new Deal { Id = n, Title = $"{word} acme", Description = $"{word} acme", AmountCents = 100_00, ClientId = n, LeadId = n, OwnerId = owner, CreatedAt = now, DeletedAt = gone, DeletedById = gone is null ? null : owner });
                await db.SaveChangesAsync();
                db.Tasks.Add(new TaskItem { Id = n, Title = $"{word} acme", Note = word, DueOn = Today, OwnerId = owner, DealId = n, CreatedAt = now, DeletedAt = gone, DeletedById = gone is null ? null : owner });
                db.Attachments.Add(new Attachment { Id = n, Name = $"{word}.txt", ContentType = "text/plain", Bytes = 1, Sha256 = "-", StoredAs = $"{word}{n}", AddedByName = word, AddedAt = now, LeadId = n, DeletedAt = gone, DeletedById = gone is null ? null : owner });
            }
            db.Tasks.Add(new TaskItem { Id = id + 2, Title = $"{word} alone", DueOn = Today, OwnerId = owner, CreatedAt = now });
            var at = id;
            foreach (var (lead, client, deal) in new (int?, int?, int?)[] { (id, null, null), (null, id, null), (null, id, id), (id + 1, null, null), (null, null, id + 1) })
                db.Activities.Add(new Activity { Id = at++, Kind = ActivityKind.Note, LeadId = lead, ClientId = client, DealId = deal, ActorName = word, ActorId = owner, Summary = $"{word} acme", At = now });
            db.OutgoingMails.Add(new OutgoingMail { Kind = MailKind.AutoReply, ToAddress = $"{word}@acme.example", MessageId = word, LeadId = id, ActivityId = id, CreatedAt = now });
            db.Notifications.Add(new Notification { Id = id, UserId = Anna, Kind = NotificationKind.Mentioned, Text = $"{word} acme", LeadId = id, At = now });
            db.SavedViews.Add(new SavedView { Id = id, List = "leads", Name = word, Query = $"q={word}", OwnerId = owner });
        });
        if (owner == Anna)
            return;
        await data.Store.WriteAsync(Actor.System, db =>
        {
            var now = db.Now;
            // At Anna's records, and between hers and his.
            if (db.Clients.Any(c => c.Id == 1))
            {
                db.Deals.Add(new Deal { Id = id + 5, Title = $"{word} acme", AmountCents = 100_00, ClientId = 1, OwnerId = owner, CreatedAt = now });
                db.Activities.Add(new Activity { Id = 1_000, Kind = ActivityKind.Note, ClientId = 1, DealId = id, ActorName = word, Summary = word, At = now });
            }
            db.Tasks.Add(new TaskItem { Id = id + 5, Title = $"{word} for Anna", DueOn = Today, OwnerId = Anna, LeadId = id, CreatedAt = now });
            db.QuarantinedEnquiries.Add(new QuarantinedEnquiry { Reason = word, Name = word, Email = $"{word}@acme.example", Payload = $$"""{"name":"{{word}}"}""", ReceivedAt = now });
            db.SecurityLogs.Add(new SecurityLog { Id = 1, EventType = word, UserName = word, CreatedAt = now });
            return Task.CompletedTask;
        });
    }
}
