using System.Globalization;
using KpsCrm.Data;
using KpsCrm.Data.Security;
using KpsCrm.Data.Users;
using KpsCrm.Web.Shared;
using Microsoft.EntityFrameworkCore;

namespace KpsCrm.Web.Features.Guard;

/// <summary>Chooses what guards the door and rings the alarm: in force on every instance within moments. The trail is told by the save itself.</summary>
/// <param name="Chosen">By key; null goes back to what the configuration says. What is not named stays.</param>
public sealed record ChangeGuard(IReadOnlyDictionary<string, int?> Chosen)
{
    /// <exception cref="RuleException">A number is out of its range.</exception>
    public async Task RunAsync(CrmStore store, GuardInForce inForce, Actor who)
    {
        Gate.Demand(who, Role.Admin);
        foreach (var choice in inForce.Choices.All)
        {
            if (Chosen.GetValueOrDefault(choice.Key) is { } value && !choice.Allows(value))
                throw new RuleException(choice.Rule);
        }
        await store.WriteAsync(who, async db =>
        {
            foreach (var choice in inForce.Choices.All.Where(c => Chosen.ContainsKey(c.Key)))
            {
                if (Chosen[choice.Key] is { } value && value != choice.Configured)
                    await db.SetAsync(choice.Key, value.ToString(CultureInfo.InvariantCulture), who);
                else
                    db.StoredSettings.RemoveRange(await db.StoredSettings.Where(s => s.Key == choice.Key).ToListAsync());
            }
        });
        await inForce.ReadAsync();
    }
}
