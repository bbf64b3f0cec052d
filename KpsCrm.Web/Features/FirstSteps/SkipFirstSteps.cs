using KpsCrm.Data;
using KpsCrm.Data.Security;
using KpsCrm.Data.Settings;
using KpsCrm.Data.Users;
using Microsoft.EntityFrameworkCore;

namespace KpsCrm.Web.Features.FirstSteps;

/// <summary>Puts the list of first steps away for the whole firm, or brings it back.</summary>
public sealed record SkipFirstSteps(bool Skip)
{
    public const string Key = "checklist.dismissed";

    public Task RunAsync(CrmStore store, Actor who)
    {
        Gate.Demand(who, Role.Manager);
        return store.WriteAsync(who, async db =>
        {
            // Of two who put it away at once the second finds it done.
            await db.HoldAsync(Key);
            var stored = await db.StoredSettings.SingleOrDefaultAsync(s => s.Key == Key);
            if (Skip && stored is null)
                db.StoredSettings.Add(new StoredSetting { Key = Key, Value = "true", UpdatedAt = db.Now, UpdatedById = who.UserId });
            if (!Skip && stored is not null)
                db.StoredSettings.Remove(stored);
        });
    }
}
