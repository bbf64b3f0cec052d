using KpsCrm.Data.Changes;
using KpsCrm.Data.Security;
using Microsoft.EntityFrameworkCore;

namespace KpsCrm.Web.Tests.Support;

internal static class AuditedRows
{
    /// <summary>The trail's rows of one kind, once there are so many: what is noted is written within a moment.</summary>
    public static async Task<List<SecurityLog>> AuditedAsync(this CrmApp app, string type, int atLeast = 0)
    {
        using var changed = new SemaphoreSlim(0);
        using var subscription = app.Feed.Subscribe(Topics.Security, _ =>
        {
            changed.Release();
            return Task.CompletedTask;
        });
        while (true)
        {
            var rows = await app.Store.ReadAsync(Actor.System, view => view.SecurityLogs.Where(l => l.EventType == type).OrderBy(l => l.Id).ToListAsync());
            if (rows.Count >= atLeast)
                return rows;
            Assert.True(await changed.WaitAsync(TimeSpan.FromSeconds(20)), $"{rows.Count} rows {type}, not {atLeast}.");
        }
    }
}
