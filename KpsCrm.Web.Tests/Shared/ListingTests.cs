using KpsCrm.Data;
using KpsCrm.Data.Clients;
using KpsCrm.Data.Leads;
using KpsCrm.Web.Features.Clients;
using KpsCrm.Web.Features.Deals;
using KpsCrm.Web.Features.Leads;
using KpsCrm.Web.Features.Pipeline;
using KpsCrm.Web.Shared;
using KpsCrm.Web.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace KpsCrm.Web.Tests.Shared;

/// <summary>The lists at their edges, asked as their addresses ask.</summary>
public class ListingTests
{
    private static readonly CompanyOptions Company = new();

    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task EveryRowIsOnExactlyOnePageAlsoWhereTheOrderLeavesTies(DatabaseProvider provider)
    {
        await using var data = await TestDatabase.CreateAsync(provider);
        await AddLeadsAsync(data, 120);

        foreach (var sort in new[] { "", "?sort=status", "?sort=-city", "?sort=value", "?sort=created" })
        {
            var names = new List<string>();
            for (var page = 1; page <= 3; page++)
            {
                var answer = await LeadsAsync(data, $"{(sort == "" ? "?" : sort + "&")}page={page}");
                Assert.Equal((page, page < 3), (answer.Number, answer.HasMore));
                names.AddRange(answer.Rows.Select(r => r.Name));
            }
            Assert.Equal(120, names.Distinct().Count());
        }
        Assert.Equal(new ListTotal(120, 120_00), await TotalAsync(data, ""));
        Assert.Equal(3, (await TotalAsync(data, "")).Pages);
    }

    [Theory]
    [InlineData("?page=99", 3, 20)]
    [InlineData("?page=1000001", 3, 20)]
    [InlineData("?page=99999999999999999999", 1, 50)]
    [InlineData("?page=0", 1, 50)]
    [InlineData("?page=-3", 1, 50)]
    [InlineData("?page=two", 1, 50)]
    [InlineData("?page=2&page=3", 1, 50)]
    public async Task AStrangePageIsTheNearestThereIs(string query, int number, int rows)
    {
        await using var data = await TestDatabase.CreateAsync();
        await AddLeadsAsync(data, 120);

        var page = await LeadsAsync(data, query);

        Assert.Equal((number, rows, number < 3), (page.Number, page.Rows.Count, page.HasMore));
    }

    [Theory]
    [InlineData("?sort=nonsense")]
    [InlineData("?sort=-nonsense")]
    [InlineData("?sort=-")]
    [InlineData("?sort=Name")]
    [InlineData("?sort=name%3Bdrop+table+leads")]
    public async Task AnUnknownOrderIsTheListsOwn(string query)
    {
        await using var data = await TestDatabase.CreateAsync();
        await data.AddLeadAsync("First", "1@example.com");
        data.Clock.Advance(TimeSpan.FromHours(1));
        await data.AddLeadAsync("Second", "2@example.com");
        data.Clock.Advance(TimeSpan.FromHours(1));
        await data.AddLeadAsync("Alone last", "3@example.com");

        Assert.Equal(["Alone last", "Second", "First"], (await LeadsAsync(data, query)).Rows.Select(r => r.Name));
        Assert.Equal(["Alone last", "First", "Second"], (await LeadsAsync(data, "?sort=name")).Rows.Select(r => r.Name));
        Assert.Equal(["Second", "First", "Alone last"], (await LeadsAsync(data, "?sort=-name")).Rows.Select(r => r.Name));
    }

    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task AFilterThatFewOrManyPassShowsTheSameRowsInOrder(DatabaseProvider provider)
    {
        await using var data = await TestDatabase.CreateAsync(provider);
        await data.Store.WriteAsync(data.Anna, db =>
        {
            for (var i = 0; i < 3_200; i++)
                db.Leads.Add(new Lead { Name = $"Lead {i:0000}", Email = "a@example.com", Source = i is 7 or 3_100 ? "rare" : i % 3 == 0 ? "often" : "else", CreatedAt = db.Now.AddMinutes(i / 2) });
            return Task.CompletedTask;
        });

        Assert.Equal(["Lead 3100", "Lead 0007"], (await LeadsAsync(data, "?source=rare")).Rows.Select(r => r.Name));
        foreach (var (query, from) in new[] { ("?source=often", 3_198), ("?source=often&page=2", 3_048) })
        {
            var page = await LeadsAsync(data, query);
            Assert.Equal(Enumerable.Range(0, 50).Select(i => $"Lead {from - 3 * i:0000}"), page.Rows.Select(r => r.Name));
            Assert.True(page.HasMore);
        }
        Assert.Equal(["Lead 0000", "Lead 0003"], (await LeadsAsync(data, "?source=often&sort=created")).Rows.Take(2).Select(r => r.Name));
    }

    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task NothingIsOneEmptyPage(DatabaseProvider provider)
    {
        await using var data = await TestDatabase.CreateAsync(provider);

        var leads = await LeadsAsync(data, "?page=7&sort=-value");
        var deals = await data.Store.ReadAsync(data.Anna, view => new DealsQuestion(new DealFilter(), new ListPlace("amount", 7), Company).AskAsync(view, default));
        var clients = await data.Store.ReadAsync(data.Anna, view => new ClientsQuestion(new ClientFilter(), new ListPlace(null, 7), Company).AskAsync(view, default));

        Assert.Equal((0, 1, false), (leads.Rows.Count, leads.Number, leads.HasMore));
        Assert.Equal((0, 1, 0, 1), (deals.Rows.Count, deals.Number, clients.Rows.Count, clients.Number));
        Assert.Equal((new ListTotal(0, 0), 1), (await TotalAsync(data, ""), new ListTotal(0, 0).Pages));
    }

    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task WhatIsSoughtIsTakenLiterallyAndWithoutRegardToCase(DatabaseProvider provider)
    {
        await using var data = await TestDatabase.CreateAsync(provider);
        string[] names = ["Óscar DÍAZ", "ana núñez", "100% Tile", "a_b", "aXb", "O'Hara \"Bob\"", "back\\slash", "ÅSA Öberg", "Иван ПЕТРОВ", "[x]"];
        for (var i = 0; i < names.Length; i++)
        {
            var client = new Client { Name = names[i], Email = $"{i}@clients.example", JoinedAt = data.Clock.GetUtcNow().UtcDateTime };
            await data.AddDealAsync(names[i], client: client);
            await data.AddLeadAsync(names[i], $"{i}@example.com");
        }

        foreach (var (text, found) in new (string, string[])[]
        {
            ("óscar", ["Óscar DÍAZ"]), ("Óscar", ["Óscar DÍAZ"]), ("díaz", ["Óscar DÍAZ"]), ("Díaz", ["Óscar DÍAZ"]), ("NÚÑEZ", ["ana núñez"]), ("åsa ö", ["ÅSA Öberg"]), ("петров", ["Иван ПЕТРОВ"]),
            ("%", ["100% Tile"]), ("_", ["a_b"]), ("a_b", ["a_b"]), ("'", ["O'Hara \"Bob\""]), ("\"bob\"", ["O'Hara \"Bob\""]), ("\\", ["back\\slash"]), ("[x]", ["[x]"]), ("nobody", []), ("ANA", ["ana núñez"]),
        })
        {
            var query = "?q=" + Uri.EscapeDataString(text);
            Assert.Equal(found, (await LeadsAsync(data, query)).Rows.Select(r => r.Name));
            Assert.Equal(found, (await data.Store.ReadAsync(data.Anna, view => new DealsQuestion(DealFilter.Of(new(query)), new(null, 1), Company).AskAsync(view, default))).Rows.Select(r => r.Title));
            Assert.Equal(found, (await data.Store.ReadAsync(data.Anna, view => new ClientsQuestion(ClientFilter.Of(new(query)), new(null, 1), Company).AskAsync(view, default))).Rows.Select(r => r.Name));

            var filter = Filter.From(null, text, null, null);
            Assert.Equal(found, await data.Store.ReadAsync(data.Anna, async view => await (await filter.DealsAsync(view, new DateOnly(2026, 11, 24), default)).Select(d => d.Title).ToListAsync()));
            Assert.Equal(found, await data.Store.ReadAsync(data.Anna, async view => await (await filter.LeadsAsync(view, default)).Select(l => l.Name).ToListAsync()));
        }
    }

    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task NoAddressBreaksAList(DatabaseProvider provider)
    {
        await using var data = await TestDatabase.CreateAsync(provider);
        await data.AddLeadAsync();
        await data.AddDealAsync();

        foreach (var query in new[]
        {
            "?to=9999-12-31", "?from=0001-01-01", "?closed_to=9999-12-31&closed_from=0001-01-01", "?q=%00", "?q=a%00b", "?owner=2147483648", "?q=" + new string('x', 199) + "%F0%9F%98%80",
            "?status=won'--", "?city_not=%7C%7C", "?source_not=a", "?q=%EF%BF%BF", "?q=%FF",
        })
        {
            await LeadsAsync(data, query);
            await data.Store.ReadAsync(data.Anna, view => new DealsQuestion(DealFilter.Of(new(query)), new(null, 1), Company).AskAsync(view, default));
            await data.Store.ReadAsync(data.Anna, view => new ClientsQuestion(ClientFilter.Of(new(query)), new(null, 1), Company).AskAsync(view, default));
        }
        foreach (var text in new[] { "a\0b", "\0", new string('x', 5_000) })
            await data.Store.ReadAsync(data.Anna, async view => await (await Filter.From(null, text, null, null).LeadsAsync(view, default)).CountAsync());
    }

    [Fact]
    public async Task TheOwnerOfTheAddressNarrowsEveryList()
    {
        await using var data = await TestDatabase.CreateAsync();
        foreach (var owner in new int?[] { data.Anna.UserId, data.Ben.UserId, null })
        {
            var client = new Client { Name = $"Client {owner}", Email = $"{owner}@clients.example", OwnerId = owner, JoinedAt = data.Clock.GetUtcNow().UtcDateTime };
            await data.AddDealAsync($"Deal {owner}", client: client, with: d => d.OwnerId = owner);
            await data.AddLeadAsync($"Lead {owner}", $"{owner}@example.com", l => l.OwnerId = owner);
        }

        Assert.Equal(["Lead 3"], (await LeadsAsync(data, "?owner=3")).Rows.Select(r => r.Name));
        Assert.Equal(["Deal 3"], (await data.Store.ReadAsync(data.Anna, view => new DealsQuestion(DealFilter.Of(new("?owner=3")), new(null, 1), Company).AskAsync(view, default))).Rows.Select(r => r.Title));
        Assert.Equal(["Client 3"], (await data.Store.ReadAsync(data.Anna, view => new ClientsQuestion(ClientFilter.Of(new("?owner=3")), new(null, 1), Company).AskAsync(view, default))).Rows.Select(r => r.Name));
        Assert.Equal(3, (await LeadsAsync(data, "?owner=nobody")).Rows.Count);
    }

    private static Task<ListPage<LeadRow>> LeadsAsync(TestDatabase data, string query) =>
        data.Store.ReadAsync(data.Anna, view => new LeadsQuestion(LeadFilter.Of(new(query)), ListPlace.Of(new(query)), Company).AskAsync(view, default));

    private static Task<ListTotal> TotalAsync(TestDatabase data, string query) =>
        data.Store.ReadAsync(data.Anna, view => new LeadsTotalQuestion(LeadFilter.Of(new(query)), Company).AskAsync(view, default));

    private static Task AddLeadsAsync(TestDatabase data, int count) => data.Store.WriteAsync(data.Anna, db =>
    {
        for (var i = 0; i < count; i++)
            db.Leads.Add(new Lead { Name = $"Lead {i}", Email = $"{i}@example.com", ValueCents = 1_00, CreatedAt = db.Now });
        return Task.CompletedTask;
    });
}
