using KpsCrm.Data;
using KpsCrm.Data.Activities;
using KpsCrm.Data.Security;
using Microsoft.EntityFrameworkCore;

namespace KpsCrm.Web.Features.Records;

/// <summary>Two people set one field to different values.</summary>
/// <param name="Yours">The value that was to be saved.</param>
/// <param name="Theirs">The value that stands there now; the one to name as seen when the person chooses.</param>
/// <param name="YoursSaid">As people read it; null when empty.</param>
/// <param name="TheirsSaid">As people read it; null when empty.</param>
/// <param name="By">"Ben Brooks"; "You, in another window"; "Someone" when the history doesn't say.</param>
/// <param name="At">UTC; null when the history doesn't say.</param>
public sealed record Contest(Field Field, string? Yours, string? Theirs, string? YoursSaid, string? TheirsSaid, string By, DateTime? At)
{
    internal static async Task<IReadOnlyList<Contest>> TellAsync(CrmDbContext db, RecordRef of, IEditable record, IReadOnlyList<(Field Field, string? Yours)> fields, Names names, Actor who)
    {
        var told = new List<Contest>();
        foreach (var (field, yours) in fields)
        {
            var theirs = field.Get(record);
            var last = await LastAsync(db, of, field);
            var by = last is null ? "Someone" : last.ActorId == who.UserId && who.UserId is not null ? "You, in another window" : last.ActorName;
            told.Add(new(field, yours, theirs, field.Say(yours, names), field.Say(theirs, names), by, last?.At));
        }
        return told;
    }

    /// <summary>Edits name their fields; a move sets amount and probability; a further enquiry fills what was blank.</summary>
    private static Task<Activity?> LastAsync(CrmDbContext db, RecordRef of, Field field)
    {
        var (id, mark, byMoves) = (of.Id, FieldEdit.Mark(field), field.SetByMoves);
        var activities = of.Kind switch
        {
            RecordKind.Lead => db.Activities.Where(a => a.LeadId == id),
            RecordKind.Client => db.Activities.Where(a => a.ClientId == id && a.DealId == null),
            _ => db.Activities.Where(a => a.DealId == id),
        };
        return activities.AsNoTracking()
            .Where(a => (a.Kind == ActivityKind.Edited && a.Detail!.Contains(mark)) || (byMoves && a.Kind == ActivityKind.Moved) || a.Kind == ActivityKind.Enquiry)
            .OrderByDescending(a => a.Id).FirstOrDefaultAsync();
    }
}
