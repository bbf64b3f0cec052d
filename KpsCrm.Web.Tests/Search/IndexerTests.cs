using CsCheck;
using KpsCrm.Data;
using KpsCrm.Data.Activities;
using KpsCrm.Data.Deals;
using KpsCrm.Data.Leads;
using KpsCrm.Data.Providers;
using KpsCrm.Data.Search;
using KpsCrm.Web.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using static KpsCrm.Web.Tests.Search.SearchTests;

namespace KpsCrm.Web.Tests.Search;

/// <summary>However the rows came to be what they are, a search is complete and the index becomes what they say.</summary>
public class IndexerTests
{
    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task WhatIsWrittenByHandIsFoundAndIndexed(DatabaseProvider provider)
    {
        await using var data = await TestDatabase.CreateAsync(provider);
        await data.AddLeadAsync("First");
        await data.AddLeadAsync("Second");
        await IndexAsync(data);

        await SqlAsync(data, "INSERT INTO leads (name, email) VALUES ('Third by hand', 'third@example.com')");
        await SqlAsync(data, "UPDATE leads SET name = 'Renamed by hand' WHERE id = 1");
        await SqlAsync(data, "DELETE FROM leads WHERE id = 2");
        await SqlAsync(data, "INSERT INTO activities (kind, lead_id, actor_name, summary) VALUES ('call', 3, 'a', 'spoke about snow')");
        foreach (var _ in new[] { "before", "after" })
        {
            Assert.Equal([3, 1], await FindAsync<Lead>(data, "by hand") is var found ? found.OrderDescending() : []);
            Assert.Equal([3], (await FindAsync<Lead>(data, "snow")).AsEnumerable());
            Assert.Empty(await FindAsync<Lead>(data, "first"));
            Assert.Empty(await FindAsync<Lead>(data, "second"));
            await IndexAsync(data);
            Assert.Equal(0, await Index(data).PendingAsync());
        }
        await SqlAsync(data, "UPDATE activities SET summary = 'spoke about rain'");
        Assert.Empty(await FindAsync<Lead>(data, "snow"));
        await SqlAsync(data, "DELETE FROM activities");
        Assert.Empty(await FindAsync<Lead>(data, "rain"));
        await IndexAsync(data);
        Assert.Empty(await Index(data).CheckAsync());
    }

    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task ANoteThatWasCorrectedIsFoundByItsNewWordsOnly(DatabaseProvider provider)
    {
        await using var data = await TestDatabase.CreateAsync(provider);
        await data.AddLeadAsync();
        await AddNoteAsync(data, 1, "likes blue", null);
        await IndexAsync(data);
        Assert.Equal([1], (await FindAsync<Lead>(data, "blue")).AsEnumerable());

        await AddNoteAsync(data, 1, "likes green", null, replaces: await data.Store.ReadAsync(data.Anna, view => view.Activities.MaxAsync(a => a.Id)));
        await IndexAsync(data);
        Assert.Empty(await FindAsync<Lead>(data, "blue"));
        Assert.Equal([1], (await FindAsync<Lead>(data, "green")).AsEnumerable());
    }

    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task WhatLiesInTheBinIsNotFoundUntilItIsRestored(DatabaseProvider provider)
    {
        await using var data = await TestDatabase.CreateAsync(provider);
        await data.AddLeadAsync("Gone Person");
        await IndexAsync(data);

        await data.Store.WriteAsync(data.Anna, async db => (await db.Leads.SingleAsync()).DeletedAt = db.Now);
        Assert.Empty(await FindAsync<Lead>(data, "gone"));
        await data.Store.WriteAsync(data.Anna, async db => (await db.Leads.IgnoreQueryFilters().SingleAsync()).DeletedAt = null);
        Assert.Equal([1], (await FindAsync<Lead>(data, "gone")).AsEnumerable());
    }

    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task ADamagedIndexIsToldAndMadeAnew(DatabaseProvider provider)
    {
        await using var data = await TestDatabase.CreateAsync(provider);
        foreach (var name in new[] { "One", "Two", "Three" })
            await data.AddLeadAsync(name);
        await IndexAsync(data);
        Assert.Empty(await Index(data).CheckAsync());

        var key = provider == DatabaseProvider.Sqlite ? "rowid" : "id";
        await SqlAsync(data, $"DELETE FROM leads_search WHERE {key} = 2");
        await SqlAsync(data, provider == DatabaseProvider.Sqlite ? "INSERT INTO leads_search (rowid, text) VALUES (1000, 'nobody at all')" : "INSERT INTO leads_search (id, name, text) VALUES (1000, 'nobody', 'nobody at all')");
        var findings = await Index(data).CheckAsync();
        Assert.Contains(findings, f => f.Contains("number 2", StringComparison.Ordinal));
        Assert.Contains(findings, f => f.Contains("1000", StringComparison.Ordinal));

        await Index(data).RebuildAsync();
        Assert.Empty(await Index(data).CheckAsync());
        Assert.Equal([2], (await FindAsync<Lead>(data, "two")).AsEnumerable());
    }

    [Fact]
    public async Task TheProgramIndexesByItselfAndGoesOnAfterARestart()
    {
        var app = await CrmApp.StartAsync();
        await app.Store.WriteAsync(KpsCrm.Data.Security.Actor.System, db => Task.FromResult(db.Leads.Add(new Lead { Name = "Ana", Email = "ana@example.com", CreatedAt = db.Now })));
        await UntilIndexedAsync(app);
        await app.StopAsync();

        await using var again = await CrmApp.StartAsync(folder: app.Folder);
        await using (var db = again.Services.GetRequiredService<IProvider>().OpenForIdentity())
            await db.Database.ExecuteSqlRawAsync("UPDATE leads SET company = 'Ocean Ltd'");
        await UntilIndexedAsync(again);
        Assert.Empty(await again.Services.GetRequiredService<SearchIndex>().CheckAsync());
    }

    /// <summary>Random writes, indexed now and then: what is found is at each moment what a plain comparison of every record finds.</summary>
    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task AfterAnyWritesASearchFindsWhatAComparisonOfAllRecordsFinds(DatabaseProvider provider)
    {
        await Gen.Select(Gen.Int[0, 6], Gen.Int[0, 5], Words, Words).List[1, 14].SampleAsync(async steps =>
        {
            await using var data = await TestDatabase.CreateAsync(provider);
            foreach (var (what, which, name, other) in steps)
            {
                await data.Store.WriteAsync(data.Anna, async db =>
                {
                    var lead = await db.Leads.OrderBy(l => l.Id).Skip(which).FirstOrDefaultAsync();
                    var deal = await db.Deals.OrderBy(d => d.Id).Skip(which).FirstOrDefaultAsync();
                    switch (what)
                    {
                        case 0 or 1: db.Leads.Add(new Lead { Name = name, Email = "a@b.example", Company = other, CreatedAt = db.Now }); break;
                        case 2: db.Deals.Add(new Deal { Title = name, Lead = lead, CreatedAt = db.Now }); break;
                        case 3 when lead is not null: (lead.Name, lead.Notes) = (name, other); break;
                        case 4 when deal is not null: deal.Title = other; break;
                        case 5 when lead is not null: db.Activities.Add(new Activity { Kind = ActivityKind.Note, LeadId = lead.Id, Summary = name, ActorName = "a", At = db.Now }); break;
                        case 6 when lead is not null: db.Leads.Remove(lead); break;
                    }
                });
                if (which % 2 == 0)
                    await Index(data).StepAsync();
                foreach (var text in new[] { name, other[..1], other })
                {
                    Assert.Equal(await PlainAsync(data, SearchKind.Leads, text), (await FindAsync<Lead>(data, text)).Order());
                    Assert.Equal(await PlainAsync(data, SearchKind.Deals, text), (await FindAsync<Deal>(data, text)).Order());
                }
            }
            await IndexAsync(data);
            Assert.Empty(await Index(data).CheckAsync());
        }, iter: provider == DatabaseProvider.Sqlite ? 12 : 5, threads: 1);
    }

    private static readonly string[] Vocabulary = ["ana", "Núñez", "li", "x", "mart", "martínez", "李小", "o'hara", "100%", "\"q\"", "4695550123"];
    private static readonly Gen<string> Words = Gen.Int[0, Vocabulary.Length - 1].Select(i => Vocabulary[i]).List[1, 3].Select(w => string.Join(' ', w));

    /// <summary>Every record, compared one by one.</summary>
    private static Task<IEnumerable<int>> PlainAsync(TestDatabase data, SearchKind kind, string text) => data.Store.ReadAsync(data.Anna, async view =>
    {
        int[] all = kind == SearchKind.Leads ? await view.Leads.Select(l => l.Id).ToArrayAsync() : await view.Deals.Select(d => d.Id).ToArrayAsync();
        var found = (await kind.ReadAsync(view.Db, all)).Where(d => SearchText.Of(text)!.FitOf(d) is not null).Select(d => d.Id).Order().ToList();
        return found.Count == 0 && await TextIndex.NearAsync(view.Db, SearchText.Of(text)!, default) is { Count: > 0 } near
            ? (await kind.ReadAsync(view.Db, all)).Where(d => SearchText.Of(text)!.Or(near).FitOf(d) is not null).Select(d => d.Id).Order()
            : found.AsEnumerable();
    });

    private static async Task UntilIndexedAsync(CrmApp app)
    {
        var index = app.Services.GetRequiredService<SearchIndex>();
        while (await index.PendingAsync() > 0)
            await Task.Delay(20, TestContext.Current.CancellationToken);
    }

    private static SearchIndex Index(TestDatabase data) => data.Provided.GetRequiredService<SearchIndex>();

    private static async Task SqlAsync(TestDatabase data, string sql)
    {
        await using var db = data.Provided.GetRequiredService<IProvider>().OpenForIdentity();
        await db.Database.ExecuteSqlRawAsync(sql);
    }
}
