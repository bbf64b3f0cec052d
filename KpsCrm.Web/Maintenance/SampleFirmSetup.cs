using KpsCrm.Data;
using KpsCrm.Data.Maintenance;
using KpsCrm.Data.Security;
using KpsCrm.Web.Features.Account;
using Microsoft.EntityFrameworkCore;

namespace KpsCrm.Web.Maintenance;

public static class SampleFirmSetup
{
    /// <summary>Adds the sample firm to an empty database; its rows belong to the demo accounts where these exist.</summary>
    public static async Task<bool> AddSampleFirmAsync(this IServiceProvider services)
    {
        var emails = DemoAccounts.All.Select(a => a.Email).ToList();
        var people = await services.GetRequiredService<CrmStore>().ReadAsync(Actor.System, view =>
            view.People.Where(u => emails.Contains(u.Email!)).ToDictionaryAsync(u => u.Email!, u => new Actor(u.Id, u.Name, u.Role)));
        var team = SampleTeam.WithoutLogins;
        return await services.GetRequiredService<SampleData>().AddIfEmptyAsync(new SampleTeam(
            people.GetValueOrDefault("manager@kps.example", team.Manager),
            people.GetValueOrDefault("anna@kps.example", team.Anna),
            people.GetValueOrDefault("ben@kps.example", team.Ben)), services.GetRequiredService<CompanyOptions>().Zone);
    }
}
