using KpsCrm.Data;
using KpsCrm.Data.Security;
using KpsCrm.Data.Users;
using Microsoft.EntityFrameworkCore;

namespace KpsCrm.Web.Features.Bell;

/// <summary>Marks lines behind one's own bell as read.</summary>
/// <param name="Id">Null for all.</param>
public sealed record MarkRead(int? Id = null)
{
    public Task RunAsync(CrmStore store, Actor who)
    {
        Gate.Demand(who, Role.Sales);
        return store.WriteAsync(who, async db =>
        {
            foreach (var unread in await db.Notifications.Where(n => n.UserId == who.UserId && n.ReadAt == null && (Id == null || n.Id == Id)).ToListAsync())
                unread.ReadAt = db.Now;
        });
    }
}
