using KpsCrm.Data;
using KpsCrm.Data.Notifications;
using KpsCrm.Data.Security;
using KpsCrm.Data.Tasks;
using KpsCrm.Web.Features.Records;

namespace KpsCrm.Web.Features.Bell;

/// <summary>Tells whoever is given a record or a task by somebody else.</summary>
internal static class Assignment
{
    public static Task TellAsync(CrmDbContext db, TaskItem task, IEditable? record, Actor by) => task.OwnerId is not { } owner || task.DoneAt is not null ? Task.CompletedTask
        : db.RingAsync([owner], NotificationKind.Assigned, $"{by.Name} gave you a task: {task.Title}{(record is null ? "" : $" ({RecordRef.NameOf(record)})")}", record, task);

    public static Task TellAsync(CrmDbContext db, IEditable record, int? owner, Actor by) => owner is not { } person ? Task.CompletedTask
        : db.RingAsync([person], NotificationKind.Assigned, $"{by.Name} gave you the {RecordRef.NounOf(record)} {RecordRef.NameOf(record)}", record);
}
