using CsCheck;
using KpsCrm.Data;
using KpsCrm.Data.Clients;
using KpsCrm.Data.Deals;
using KpsCrm.Data.Files;
using KpsCrm.Data.Leads;
using KpsCrm.Data.Maintenance;
using KpsCrm.Data.Recycling;
using KpsCrm.Data.Tasks;
using KpsCrm.Web.Features.Files;
using KpsCrm.Web.Features.Leads;
using KpsCrm.Web.Features.Pipeline;
using KpsCrm.Web.Features.Recycling;
using KpsCrm.Web.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace KpsCrm.Web.Tests.Recycling;

public class RecycleBinPropertyTests
{
    /// <summary>Whatever people do, and in whatever order.</summary>
    private static readonly Gen<(int Act, int Kind, int Which)[]> Doings = Gen.Select(Gen.Int[0, 9], Gen.Int[0, 4], Gen.Int[0, 20]).Array[1, 30];

    [Fact]
    public Task NothingDanglesOnSqlite() => Doings.SampleAsync(doings => RunAsync(DatabaseProvider.Sqlite, doings), iter: 40, threads: 1);

    [Fact]
    public Task NothingDanglesOnPostgres() => Doings.SampleAsync(doings => RunAsync(DatabaseProvider.Postgres, doings), iter: 8, threads: 1);

    private static async Task RunAsync(DatabaseProvider provider, (int Act, int Kind, int Which)[] doings)
    {
        await using var data = await TestDatabase.CreateAsync(provider);
        foreach (var (act, kind, which) in doings)
        {
            try
            {
                await DoAsync(data, act, (ItemKind)kind, which);
            }
            catch (RuleException)
            {
                // What can't be done is refused, and changes nothing.
            }
            if (which % 2 == 0)
                data.Clock.Advance(TimeSpan.FromDays(which % 4));
        }
        await AssertWholeAsync(data);
    }

    private static async Task DoAsync(TestDatabase data, int act, ItemKind kind, int which)
    {
        var purge = data.Provided.GetRequiredService<BinPurge>();
        var item = new ItemRef(kind, which % 6 + 1);
        switch (act)
        {
            case 0 or 1:
                await AddAsync(data, kind, which);
                break;
            case 2:
                await new ConvertLead(new MoveLead(item.Id, LeadStatus.New, LeadStatus.Won, Place.Top, 1), "Client", null, "Deal", 100_00).RunAsync(data.Store, data.Anna);
                break;
            case 3:
                await data.Store.WriteAsync(data.Anna, async db =>
                {
                    if (await db.Deals.SingleOrDefaultAsync(d => d.Id == item.Id) is { } deal && deal.MoveTo(DealStage.ClosedWon, "i", data.Anna, db.Now, new Won(which * 100, new DateOnly(2026, 11, 24))) is { } won)
                        db.Activities.Add(won);
                });
                break;
            case 4 or 5:
                await new DeleteRecord(item).RunAsync(data.Store, data.Anna);
                break;
            case 6 or 7:
                await new RestoreRecord(item, WithOwner: which % 3 != 0).RunAsync(data.Store, data.Ben);
                break;
            case 8:
                await purge.PurgeNowAsync(data.Admin, item);
                break;
            default:
                await purge.PurgeOlderAsync(data.Clock.GetUtcNow().UtcDateTime.AddDays(-3));
                break;
        }
    }

    private static async Task AddAsync(TestDatabase data, ItemKind kind, int which)
    {
        var id = which % 6 + 1;
        if (kind == ItemKind.File)
        {
            await new AddFile(data.Provided.GetRequiredService<FileStore>(), data.Store).RunAsync(data.Anna, new((ItemKind)(which % 3), id), "a.txt", new MemoryStream("x"u8.ToArray()));
            return;
        }
        await data.Store.WriteAsync(data.Anna, async db =>
        {
            var (lead, client, deal) = (await db.Leads.AnyAsync(l => l.Id == id), await db.Clients.AnyAsync(c => c.Id == id), await db.Deals.AnyAsync(d => d.Id == id));
            object row = kind switch
            {
                ItemKind.Lead => new Lead { Name = "Lead", Email = $"{which}@example.com", CreatedAt = db.Now },
                ItemKind.Client => new Client { Name = "Client", Email = $"{which}@example.com", ElsewhereCents = which, JoinedAt = db.Now, LeadId = lead ? id : null },
                ItemKind.Deal => new Deal { Title = "Deal", AmountCents = which * 100, ClientId = client ? id : null, LeadId = lead ? id : null, CreatedAt = db.Now },
                _ => new TaskItem { Title = "Task", LeadId = which % 3 == 0 && lead ? id : null, ClientId = which % 3 == 1 && client ? id : null, DealId = which % 3 == 2 && deal ? id : null },
            };
            db.Add(row);
        });
    }

    private static async Task AssertWholeAsync(TestDatabase data)
    {
        Assert.Empty((await data.Provided.GetRequiredService<DatabaseCheck>().RunAsync()).Findings);
        var onDisk = Directory.Exists(data.Options.Files) ? Directory.GetFiles(data.Options.Files, "*", SearchOption.AllDirectories).Select(f => Path.GetFileName(f)).Order() : Enumerable.Empty<string>();
        await data.Store.ReadAsync(data.Admin, async view =>
        {
            // What is in use rests on nothing that is in the bin.
            Assert.False(await view.Deals.AnyAsync(d => d.ClientId != null && !view.Clients.Any(c => c.Id == d.ClientId)), "a deal without its client");
            Assert.False(await view.Tasks.AnyAsync(t => (t.LeadId != null && !view.Leads.Any(l => l.Id == t.LeadId)) || (t.ClientId != null && !view.Clients.Any(c => c.Id == t.ClientId)) || (t.DealId != null && !view.Deals.Any(d => d.Id == t.DealId))), "a task without its record");
            Assert.Equal(await view.Attachments.IgnoreQueryFilters().Select(f => f.StoredAs).Order().ToListAsync(), onDisk);
            var board = await new DealBoardQuestion(new Filter(), new Depths(24, 24, 24, 24, 24), new DateOnly(2026, 11, 24)).AskAsync(view, default);
            Assert.Equal((await view.Deals.CountAsync(), await view.Deals.SumAsync(d => d.AmountCents)), (board.Count, board.Columns.Sum(c => c.TotalCents)));
            return 0;
        });
    }
}
