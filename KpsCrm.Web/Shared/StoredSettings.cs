using KpsCrm.Data;
using KpsCrm.Data.Security;
using KpsCrm.Data.Settings;
using Microsoft.EntityFrameworkCore;

namespace KpsCrm.Web.Shared;

internal static class StoredSettings
{
    public static async Task SetAsync(this CrmDbContext db, string key, string value, Actor who)
    {
        await db.HoldAsync(key);
        if (await db.StoredSettings.SingleOrDefaultAsync(s => s.Key == key) is not { } stored)
            db.StoredSettings.Add(new StoredSetting { Key = key, Value = value, UpdatedAt = db.Now, UpdatedById = who.UserId });
        else if (stored.Value != value)
            (stored.Value, stored.UpdatedAt, stored.UpdatedById) = (value, db.Now, who.UserId);
    }
}
