using KpsCrm.Data;
using KpsCrm.Data.Deals;
using KpsCrm.Data.Files;
using KpsCrm.Data.Leads;
using KpsCrm.Data.Security;
using KpsCrm.Data.Users;
using KpsCrm.Web.Features.Files;
using KpsCrm.Web.Features.Leads;
using KpsCrm.Web.Features.Pipeline;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

[assembly: HostingStartup(typeof(KpsCrm.Web.Tests.Faults.TestDoor))]

namespace KpsCrm.Web.Tests.Faults;

/// <summary>
/// In a server that a test starts as a process of its own: people's commands, which come over a circuit otherwise, as posts to /test. Each answers once its save is acknowledged,
/// with what to look for afterwards. No other program loads it.
/// </summary>
public sealed class TestDoor : IHostingStartup
{
    public void Configure(IWebHostBuilder builder) => builder.ConfigureServices(services => services.AddSingleton<IStartupFilter, Filter>());

    private sealed class Filter : IStartupFilter
    {
        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            app.Map("/test", test => test.Run(async http => await http.Response.WriteAsync(await DoAsync(http.RequestServices, http.Request.Path.Value!.Trim('/'), int.Parse(http.Request.Query["n"].FirstOrDefault() ?? "0", System.Globalization.CultureInfo.InvariantCulture)))));
            next(app);
        };
    }

    private static async Task<string> DoAsync(IServiceProvider services, string what, int n)
    {
        var store = services.GetRequiredService<CrmStore>();
        var who = await store.ReadAsync(Actor.System, async view => await view.People.Where(u => u.Role == Role.Sales).OrderBy(u => u.Id).Select(u => new Actor(u.Id, u.Name, u.Role)).FirstAsync());
        switch (what)
        {
            case "deal":
                Deal? made = null;
                await store.WriteAsync(who, db => Task.FromResult(made = db.Deals.Add(new() { Title = $"Deal {n}", AmountCents = n, CreatedAt = db.Now }).Entity));
                return $"{made!.Id}";
            case "move":
                var deal = await store.ReadAsync(who, view => view.Deals.SingleAsync(d => d.Id == n));
                var to = deal.Stage == DealStage.Review ? DealStage.Proposal : deal.Stage + 1;
                return await new MoveDeal(n, deal.Stage, to, Place.Top, deal.Version).RunAsync(store, who) is Moved moved ? $"{moved.Version}" : "";
            case "convert":
                var lead = await store.ReadAsync(who, view => view.Leads.SingleAsync(l => l.Id == n));
                return await new ConvertLead(new(n, lead.Status, LeadStatus.Won, Place.Top, lead.Version), lead.Name, null, $"Won {n}", n).RunAsync(store, who) is Converted done ? $"{done.Deal.Id}" : "";
            case "file":
                return $"{await new AddFile(services.GetRequiredService<FileStore>(), store).RunAsync(who, ItemRef.Lead(n), "a.txt", new MemoryStream(new byte[3_000].Select(_ => (byte)'x').ToArray()))}";
            default:
                throw new ArgumentException(what);
        }
    }
}
