using KpsCrm.Data;
using KpsCrm.Data.Activities;
using KpsCrm.Data.Notifications;
using KpsCrm.Data.Security;
using KpsCrm.Data.Users;
using KpsCrm.Web.Features.Bell;
using KpsCrm.Web.Features.Records;
using Microsoft.EntityFrameworkCore;

namespace KpsCrm.Web.Features.Activities;

/// <summary>Puts new words in the place of one's own note; the older ones stay in the table. Rings only who wasn't named before.</summary>
public sealed record CorrectNote(int NoteId, string? Text)
{
    /// <exception cref="RuleException">It is somebody else's note, was corrected meanwhile, or is gone; or there is nothing to write, or too much.</exception>
    public Task RunAsync(CrmStore store, Actor who)
    {
        Gate.Demand(who, Role.Sales);
        var text = NoteRules.Read(Text)!;
        return store.WriteAsync(who, async db =>
        {
            await db.HoldAsync($"note {NoteId}");
            var note = await db.View.Activities.AsNoTracking().SingleOrDefaultAsync(a => a.Id == NoteId && a.Kind == ActivityKind.Note) ?? throw new RuleException("This note is no longer there.");
            if (note.ActorId is null || note.ActorId != who.UserId)
                throw new RuleException($"{note.ActorName} wrote this note; only they can correct it.");
            if (await db.Activities.AnyAsync(a => a.ReplacesId == NoteId))
                throw new RuleException("You have corrected this note already, in another window.");
            if (note.Summary == text)
                return;

            var mentions = Mentions.In(text, await Writing.PeopleAsync(db));
            db.Activities.Add(new Activity
            {
                Kind = ActivityKind.Note,
                LeadId = note.LeadId,
                ClientId = note.ClientId,
                DealId = note.DealId,
                ActorId = who.UserId,
                ActorName = who.Name,
                Summary = text,
                Detail = mentions.Count == 0 ? null : new NoteDetail(mentions).ToJson(),
                ReplacesId = note.Id,
                At = db.Now,
                IsSample = note.IsSample,
            });
            var known = NoteDetail.FromJson(note.Detail).Mentions ?? [];
            if (mentions.Select(m => m.Id).Except(known.Select(m => m.Id)).ToList() is { Count: > 0 } added && RecordRef.Of(note) is { } about && await about.FindAsync(db) is { } record)
                await db.RingAsync(added, NotificationKind.Mentioned, $"{who.Name} mentioned you on {RecordRef.NameOf(record)}", record);
        });
    }
}
