using KpsCrm.Data;
using KpsCrm.Data.Maintenance;
using KpsCrm.Data.Security;
using KpsCrm.Web.Features.Account.Passwords;
using KpsCrm.Web.Features.Account.SecondStep;
using Microsoft.EntityFrameworkCore;

namespace KpsCrm.Web.Maintenance;

/// <summary>The way back for the only admin who lost phone, recovery codes or password: whoever has the machine has the firm's data anyway. The trail tells.</summary>
internal static class LetIn
{
    public static async Task<int> RunAsync(WebApplication app, string email)
    {
        var database = app.Services.GetRequiredService<DatabaseOptions>();
        if (database.Provider == DatabaseProvider.Sqlite && !File.Exists(database.Path))
            throw new TroubleException($"There is no database {database.Path}.");
        var normalized = email.Trim().ToUpperInvariant();
        var person = await app.Services.GetRequiredService<CrmStore>().ReadAsync(Actor.System, view => view.Accounts.Where(u => u.NormalizedEmail == normalized).Select(u => new { u.Id, u.Name, u.DeactivatedAt }).SingleOrDefaultAsync());
        if (person is not { DeactivatedAt: null })
            throw new TroubleException(person is null ? $"Nobody has the address {email}." : $"{person.Name} is deactivated. Let in an admin, who can activate them under Users.");

        await app.Services.GetRequiredService<SecondFactors>().TurnOffForAsync(Actor.System, person.Id);
        var link = await app.Services.GetRequiredService<ResetLink>().MakeForAsync(Actor.System, person.Id);
        Console.WriteLine($"{person.Name} signs in by password alone from now on. This link is good once, to choose a new password:");
        Console.WriteLine(link);
        return 0;
    }
}
