using System.Text.Json;
using KpsCrm.Data;
using KpsCrm.Data.Activities;
using KpsCrm.Data.Clients;
using KpsCrm.Data.Files;
using KpsCrm.Data.Leads;
using KpsCrm.Data.Maintenance;
using KpsCrm.Data.Recycling;
using KpsCrm.Data.Security;
using KpsCrm.Data.Tasks;
using KpsCrm.Web.Features.Files;
using KpsCrm.Web.Features.Leads;
using KpsCrm.Web.Features.Pipeline;
using KpsCrm.Web.Features.Recycling;
using KpsCrm.Web.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace KpsCrm.Web.Tests.Recycling;

public class PurgeTests
{
    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task AfterItsDaysARecordGoesWithAllThatIsItsOwnAndTheAuditSaysSo(DatabaseProvider provider)
    {
        await using var data = await TestDatabase.CreateAsync(provider);
        var (files, purge) = (data.Provided.GetRequiredService<FileStore>(), data.Provided.GetRequiredService<BinPurge>());
        var client = new Client { Name = "Acme", Email = "acme@example.com", JoinedAt = data.Clock.GetUtcNow().UtcDateTime };
        var deal = await data.AddDealAsync("Payroll", client: client);
        var stays = await data.AddLeadAsync();
        await data.Store.WriteAsync(data.Anna, db => Task.FromResult(db.Tasks.Add(new TaskItem { Title = "Call", DealId = deal })));
        await new AddFile(files, data.Store).RunAsync(data.Anna, ItemRef.Deal(deal), "note.txt", new MemoryStream("hello"u8.ToArray()));
        var path = files.PathOf(await data.Store.ReadAsync(data.Anna, view => view.Attachments.Select(f => f.StoredAs).SingleAsync()));
        await new DeleteRecord(ItemRef.Client(client.Id)).RunAsync(data.Store, data.Anna);
        var at = data.Clock.GetUtcNow().UtcDateTime;

        Assert.Equal(0, await purge.PurgeOlderAsync(at));
        Assert.True(File.Exists(path));
        data.Clock.Advance(TimeSpan.FromDays(31));
        Assert.Equal(3, await purge.PurgeOlderAsync(data.Clock.GetUtcNow().UtcDateTime.AddDays(-30)));

        Assert.False(File.Exists(path));
        await data.Store.ReadAsync(data.Admin, async view =>
        {
            Assert.Equal((0, 0, 0, 0), (await view.BinnedClients.CountAsync(), await view.BinnedDeals.CountAsync(), await view.BinnedTasks.CountAsync(), await view.Attachments.IgnoreQueryFilters().CountAsync()));
            Assert.Empty(await view.Activities.ToListAsync());
            Assert.Equal([stays], await view.Leads.Select(l => l.Id).ToListAsync());
            var audit = await view.SecurityLogs.Where(l => l.EventType == "record_purged").Select(l => l.Details!).ToListAsync();
            var line = audit.Select(d => JsonDocument.Parse(d).RootElement).Single(d => d.GetProperty("kind").GetString() == "client");
            Assert.Equal(("Acme", client.Id, "Anna Alvarez", at, "System"), (line.GetProperty("name").GetString(), line.GetProperty("id").GetInt32(), line.GetProperty("deletedBy").GetString(), line.GetProperty("deletedAt").GetDateTime(), line.GetProperty("purgedBy").GetString()));
            Assert.Equal(["client", "deal", "task"], audit.Select(d => JsonDocument.Parse(d).RootElement.GetProperty("kind").GetString()).Order());
            return 0;
        });
        Assert.Empty((await data.Provided.GetRequiredService<DatabaseCheck>().RunAsync()).Findings);
    }

    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task APurgedLeadTakesNothingFromTheClientItBecame(DatabaseProvider provider)
    {
        await using var data = await TestDatabase.CreateAsync(provider);
        var lead = await data.AddLeadAsync();
        Assert.IsNotType<Refused>(await new ConvertLead(new MoveLead(lead, LeadStatus.New, LeadStatus.Won, Place.Top, 1), "Ana", null, "Books", 100_00).RunAsync(data.Store, data.Anna));
        await new DeleteRecord(ItemRef.Lead(lead)).RunAsync(data.Store, data.Anna);

        await data.Provided.GetRequiredService<BinPurge>().PurgeNowAsync(data.Admin, ItemRef.Lead(lead));

        await data.Store.ReadAsync(data.Admin, async view =>
        {
            Assert.Null((await view.Clients.SingleAsync()).LeadId);
            Assert.Null((await view.Deals.SingleAsync()).LeadId);
            var history = await view.Activities.SingleAsync();
            Assert.Equal((ActivityKind.Converted, (int?)null), (history.Kind, history.LeadId));
            Assert.NotNull(history.ClientId);
            return 0;
        });
    }

    [Fact]
    public async Task OnlyAnAdminPurgesByHandAndOnlyFromTheBin()
    {
        await using var data = await TestDatabase.CreateAsync();
        var purge = data.Provided.GetRequiredService<BinPurge>();
        var lead = await data.AddLeadAsync();

        await Assert.ThrowsAsync<AccessDeniedException>(() => purge.PurgeNowAsync(data.Manager, ItemRef.Lead(lead)));
        await Assert.ThrowsAsync<RuleException>(() => purge.PurgeNowAsync(data.Admin, ItemRef.Lead(lead)));
        Assert.Equal(1, await data.Store.ReadAsync(data.Anna, view => view.Leads.CountAsync()));
    }

    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task ADealThatCameToADeletedClientOutlivesIt(DatabaseProvider provider)
    {
        await using var data = await TestDatabase.CreateAsync(provider);
        var client = new Client { Name = "Acme", Email = "acme@example.com", JoinedAt = data.Clock.GetUtcNow().UtcDateTime };
        await data.AddDealAsync("Old", client: client);
        await new DeleteRecord(ItemRef.Client(client.Id)).RunAsync(data.Store, data.Anna);
        // Nobody gives a deleted client a deal any more; a file of an earlier version may hold one.
        var late = await data.AddDealAsync("Late");
        await data.Store.WriteAsync(Actor.System, db => db.Deals.Where(d => d.Id == late).ExecuteUpdateAsync(set => set.SetProperty(d => d.ClientId, client.Id)));

        await data.Provided.GetRequiredService<BinPurge>().PurgeNowAsync(data.Admin, ItemRef.Client(client.Id));

        Assert.Equal([(late, (int?)null)], (await data.Store.ReadAsync(data.Anna, view => view.Deals.ToListAsync())).Select(d => (d.Id, d.ClientId)));
    }

    [Fact]
    public async Task ManyGoInBatches()
    {
        await using var data = await TestDatabase.CreateAsync();
        await data.Store.WriteAsync(data.Anna, db =>
        {
            for (var i = 0; i < 250; i++)
                db.Leads.Add(new Lead { Name = $"Lead {i}", Email = $"{i}@example.com", DeletedAt = db.Now.AddDays(-40), CreatedAt = db.Now });
            return Task.CompletedTask;
        });

        Assert.Equal(250, await data.Provided.GetRequiredService<BinPurge>().PurgeOlderAsync(data.Clock.GetUtcNow().UtcDateTime.AddDays(-30)));
        Assert.Equal(250, await data.Store.ReadAsync(data.Admin, view => view.SecurityLogs.CountAsync(l => l.EventType == "record_purged")));
    }
}
