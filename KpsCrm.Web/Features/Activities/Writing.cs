using KpsCrm.Data;
using KpsCrm.Data.Activities;
using KpsCrm.Data.Clients;
using KpsCrm.Data.Deals;
using KpsCrm.Data.Leads;
using KpsCrm.Data.Notifications;
using KpsCrm.Data.Users;
using KpsCrm.Web.Features.Bell;
using KpsCrm.Web.Features.Records;
using KpsCrm.Web.Shared;
using Microsoft.EntityFrameworkCore;

namespace KpsCrm.Web.Features.Activities;

/// <summary>What notes and calls have in common: one activity on the record, which counts as touched, and the bells of those who are named.</summary>
internal static class Writing
{
    public static async Task AddAsync(CrmDbContext db, RecordRef about, ActivityKind kind, string summary, string? words, CallOutcome? outcome = null)
    {
        var record = await about.FindAsync(db) ?? throw new RuleException($"This {about.Noun} is no longer there.");
        var mentions = words is null ? [] : Mentions.In(words, await PeopleAsync(db));
        var activity = new Activity
        {
            Kind = kind,
            LeadId = (record as Lead)?.Id,
            ClientId = (record as Client)?.Id ?? (record as Deal)?.ClientId,
            DealId = (record as Deal)?.Id,
            ActorId = db.Actor.UserId,
            ActorName = db.Actor.Name,
            Summary = summary,
            Detail = mentions.Count == 0 && outcome is null ? null : new NoteDetail(mentions.Count == 0 ? null : mentions, outcome, outcome is null ? null : words).ToJson(),
            At = db.Now,
            IsSample = record is Lead { IsSample: true } or Client { IsSample: true } or Deal { IsSample: true },
        };
        db.Activities.Add(activity);
        await db.HappenedAsync(activity);
        await db.RingAsync([.. mentions.Select(m => m.Id).Distinct()], NotificationKind.Mentioned, $"{db.Actor.Name} mentioned you on {RecordRef.NameOf(record)}", record);
    }

    public static async Task<IReadOnlyList<Person>> PeopleAsync(CrmDbContext db) =>
        await db.Users.Active().OrderBy(u => u.Id).Select(u => new Person(u.Id, u.Name)).ToListAsync();
}
