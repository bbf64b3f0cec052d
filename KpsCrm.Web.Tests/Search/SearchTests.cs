using KpsCrm.Data;
using KpsCrm.Data.Activities;
using KpsCrm.Data.Clients;
using KpsCrm.Data.Deals;
using KpsCrm.Data.Leads;
using KpsCrm.Data.Search;
using KpsCrm.Web.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace KpsCrm.Web.Tests.Search;

/// <summary>What a text finds: alike on both databases, and alike whether the index has the rows yet or not.</summary>
public class SearchTests
{
    public static TheoryData<DatabaseProvider, bool> ProvidersIndexedAndNot { get; } = new()
    {
        { DatabaseProvider.Sqlite, false }, { DatabaseProvider.Sqlite, true }, { DatabaseProvider.Postgres, false }, { DatabaseProvider.Postgres, true },
    };

    [Theory, MemberData(nameof(ProvidersIndexedAndNot))]
    public async Task WordsAreFoundInEveryFieldWithoutRegardToCaseAndAccents(DatabaseProvider provider, bool indexed)
    {
        await using var data = await TestDatabase.CreateAsync(provider);
        await data.AddLeadAsync("Óscar DÍAZ", "oscar@acme.example", l => (l.Phone, l.Company, l.Notes) = ("+14695550123", "Müller & Söhne", "Wants payroll\nfrom January"));
        await data.AddLeadAsync("李小龍", "lee@example.cn", l => l.Company = "有限公司");
        await data.AddLeadAsync("Иван ПЕТРОВ", "ivan@example.ru");
        await data.AddLeadAsync("Łukasz Straße", "lukasz@example.pl");
        await data.AddLeadAsync("Σοφία ΠΑΠΑΔΟΠΟΥΛΟΣ", "sofia@example.gr");
        await data.AddLeadAsync("김철수 🚀 Rockets", "kim@example.kr");
        await data.AddLeadAsync("Xu Li", "xu@example.com", l => l.Phone = "555-0142 ext 3");
        await data.AddLeadAsync("O'Hara & Co 100% \"Best\"", "ohara@example.com");
        await AddNoteAsync(data, 1, "Met at the Zürich fair", null);
        await AddNoteAsync(data, 3, "called", """{"text":"asked for an Überblick","minutes":5}""");
        if (indexed)
            await IndexAsync(data);

        foreach (var (text, found) in new (string, int[])[]
        {
            ("oscar", [1]), ("OSCAR diaz", [1]), ("diaz óscar", [1]), ("íaz", [1]), ("acme", [1]), ("müller", [1]), ("muller söhne", [1]), ("soh", [1]), ("payroll january", [1]), ("zurich", [1]), ("oscar zurich", [1]), ("ZÜRICH FAIR", [1]),
            ("+14695550123", [1]), ("(469) 555-0123", [1]), ("469.555", [1]), ("(469) 555", [1]), ("555-0123", [1]), ("4695550123", [1]), ("1 469 555 0123", [1]), ("0142", [7]), ("555-0142", [7]),
            ("李", [2]), ("小龍", [2]), ("李小龍", [2]), ("петров", [3]), ("иван п", [3]), ("uberblick", [3]), ("minutes", []), ("lukasz", [4]), ("łuk", [4]), ("strasse", [4]), ("STRAẞE", [4]), ("σοφια", [5]), ("παπαδοπουλος", [5]),
            ("김", [6]), ("김철", [6]), ("철수", [6]), ("🚀", [6]), ("rock 🚀", [6]), ("li", [7]), ("xu li", [7]), ("x l", [7]), ("u", [3]), ("ha", [8]), ("o'hara", [8]), ("o’hara", [8]), ("hara co", [8]), ("100%", [8]), ("%", [8]), ("&", [8, 1]), ("\"best\"", [8]), ("best", [8]),
            ("nobody", []), ("oscar nobody", []), ("xi", []),
        })
        {
            Assert.Equal((text, string.Join(' ', found.Order())), (text, string.Join(' ', (await FindAsync<Lead>(data, text)).Order())));
        }
    }

    [Theory, MemberData(nameof(ProvidersIndexedAndNot))]
    public async Task TheBestHitsComeFirst(DatabaseProvider provider, bool indexed)
    {
        await using var data = await TestDatabase.CreateAsync(provider);
        string[] names = ["Somebody Else", "Bowman", "Lee Ann Mann", "Mann Older", "Mann", "Hartmann"];
        foreach (var name in names)
            await data.AddLeadAsync(name, $"{name.Split(' ')[0]}@example.com", l => l.Company = name == "Somebody Else" ? "Mann Ltd" : null);
        if (indexed)
            await IndexAsync(data);

        Assert.Equal(["Mann", "Mann Older", "Lee Ann Mann", "Hartmann", "Somebody Else"], await data.Store.ReadAsync(data.Anna, async view =>
            await (await view.FindAsync<Lead>("mann"))!.BestAsync(view.Leads, 0, 10, l => l.Name, default)));
        Assert.Equal(["Lee Ann Mann", "Hartmann"], await data.Store.ReadAsync(data.Anna, async view =>
            await (await view.FindAsync<Lead>("mann"))!.BestAsync(view.Leads, 2, 2, l => l.Name, default)));
    }

    [Theory, MemberData(nameof(ProvidersIndexedAndNot))]
    public async Task BesideTheHitsAreNamesThatAreCloseToWhatWasTyped(DatabaseProvider provider, bool indexed)
    {
        await using var data = await TestDatabase.CreateAsync(provider);
        foreach (var name in new[] { "Ana Martinez", "Ana Martines", "Anna Martinez", "Roy Stubbs", "Ana Marquez" })
            await data.AddLeadAsync(name, $"{name.Replace(' ', '.')}@example.com");
        await IndexAsync(data);
        // The word is known and the row is newer than the index.
        if (!indexed)
            await data.AddLeadAsync("Ana Martines", "late@example.com");

        Assert.Equal(indexed ? ["Ana Martines"] : ["Ana Martines", "Ana Martines"], await BesideAsync("ana martinez"));
        Assert.Empty(await BesideAsync("stubbs"));
        // Where nothing matches, what is similar has been shown already.
        Assert.Empty(await BesideAsync("martinz"));

        Task<List<string>> BesideAsync(string text) => data.Store.ReadAsync(data.Anna, async view =>
            await (await view.FindAsync<Lead>(text))!.BesideAsync(default) is { } beside ? await beside.BestAsync(view.Leads, 0, 9, l => l.Name, default) : []);
    }

    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task ManyHitsComeInTheSameOrderAsFewPageByPage(DatabaseProvider provider)
    {
        await using var data = await TestDatabase.CreateAsync(provider);
        const int count = TextIndex.Few * 2 + 60;
        await data.Store.WriteAsync(data.Anna, db =>
        {
            for (var i = 0; i < count; i++)
                db.Leads.Add(new Lead { Name = (i % 4) switch { 0 => $"Mann {i}", 1 => $"Karl Mann {i}", 2 => $"Bergmann {i}", _ => $"Nobody {i}" }, Email = $"{i}@mann.example", CreatedAt = db.Now });
            return Task.CompletedTask;
        });
        await IndexAsync(data);
        // Two the index doesn't have as they are now, and one that it doesn't have at all.
        await data.Store.WriteAsync(data.Anna, async db => (await db.Leads.SingleAsync(l => l.Id == 4)).Name = "Mann again");
        await data.Store.WriteAsync(data.Anna, async db => (await db.Leads.SingleAsync(l => l.Id == 1)).Name = "Somebody");
        await data.AddLeadAsync("Mann new", "new@example.com");

        var expected = await data.Store.ReadAsync(data.Anna, async view => (await view.Leads.Select(l => new { l.Id, l.Name }).ToListAsync())
            .OrderBy(l => l.Name.StartsWith("Mann", StringComparison.Ordinal) ? 0 : l.Name.Contains(" Mann", StringComparison.Ordinal) ? 1 : l.Name.Contains("mann", StringComparison.Ordinal) ? 2 : 3)
            .ThenByDescending(l => l.Name is "Mann again" or "Mann new" or "Somebody" ? 10_000 + l.Id : l.Id).Select(l => l.Name).ToList());
        var pages = new List<string>();
        for (var page = 0; page * 50 <= count; page++)
        {
            pages.AddRange(await data.Store.ReadAsync(data.Anna, async view =>
                await (await view.FindAsync<Lead>("mann"))!.BestAsync(view.Leads.Where(l => l.Name != "Mann 0"), page * 50, 50, l => l.Name, default)));
        }
        Assert.Equal(expected, pages);
        Assert.Equal(count + 1, await data.Store.ReadAsync(data.Anna, async view => await (await (await view.FindAsync<Lead>("mann"))!.InAsync(view.Leads, default)).CountAsync()));
    }

    [Theory, MemberData(nameof(ProvidersIndexedAndNot))]
    public async Task AMistypedNameFindsSimilarOnes(DatabaseProvider provider, bool indexed)
    {
        await using var data = await TestDatabase.CreateAsync(provider);
        foreach (var name in new[] { "Ana Martínez", "Roberto Rodríguez", "Jo Lee", "Acme 4711" })
            await data.AddLeadAsync(name, $"{name.Length}@example.com", l => l.Company = name == "Jo Lee" ? "Whitestone Bakery" : null);
        if (indexed)
            await IndexAsync(data);

        foreach (var (text, name) in new[]
        {
            ("Martinz", "Ana Martínez"), ("ana martinex", "Ana Martínez"), ("Matrinez", "Ana Martínez"), ("qartinez", "Ana Martínez"), ("rodrigez", "Roberto Rodríguez"), ("robreto rodriguez", "Roberto Rodríguez"),
            ("whitstone", "Jo Lee"), ("bakerry jo", "Jo Lee"),
        })
        {
            Assert.Equal((text, true, name), await data.Store.ReadAsync(data.Anna, async view =>
                await view.FindAsync<Lead>(text) is { } found ? (text, found.IsSimilar, string.Join(',', await found.BestAsync(view.Leads, 0, 9, l => l.Name, default))) : default));
        }
        foreach (var nothing in new[] { "4712", "zzzzz", "ana zzzzz", "mart1nez" })
            Assert.Empty(await FindAsync<Lead>(data, nothing));
        // Who is spelled like that is no typo.
        Assert.False(await data.Store.ReadAsync(data.Anna, async view => (await view.FindAsync<Lead>("martinez"))!.IsSimilar));
    }

    [Theory, MemberData(nameof(ProvidersIndexedAndNot))]
    public async Task WhateverIsTypedIsNoError(DatabaseProvider provider, bool indexed)
    {
        await using var data = await TestDatabase.CreateAsync(provider);
        await data.AddLeadAsync();
        if (indexed)
            await IndexAsync(data);

        foreach (var text in new[]
        {
            "\"", "'", "\"\"", "a\"b", "a AND b", "NEAR(a b)", "name:ana", "name : ana", "-ana", "^ana", "ana*", "(ana", "ana)", "{0}", "{", "}", "%", "_", "\\", "\\%", "$id", "@p", "; DROP TABLE leads; --", "a\0b", "\u0001", "\u0001 ana",
            "\u202e", "\ud800", "\udc00x", "🚀", "🚀🚀🚀🚀", "👩‍👩‍👧", "\u200b", "\t\n", new string('x', 200), new string('"', 200), string.Concat(Enumerable.Repeat("🚀", 100)), string.Join(' ', Enumerable.Range(0, 100).Select(i => (char)('a' + i % 26))), new string('a', 5_000), "NULL", "OR", "NOT", "AND",
        })
        {
            await FindAsync<Lead>(data, text);
            await FindAsync<Client>(data, text);
            await FindAsync<Deal>(data, text);
        }
        Assert.Null(await data.Store.ReadAsync(data.Anna, async view => await view.FindAsync<Lead>("  \0 ")));
        Assert.Null(await data.Store.ReadAsync(data.Anna, async view => await view.FindAsync<Lead>(null)));
        Assert.Equal(new[] { 1 }, await FindAsync<Lead>(data, "ana"));
    }

    [Theory, MemberData(nameof(ProvidersIndexedAndNot))]
    public async Task ADealIsFoundByItsClientAndAfterThatIsRenamedByTheNewName(DatabaseProvider provider, bool indexed)
    {
        await using var data = await TestDatabase.CreateAsync(provider);
        var client = new Client { Name = "Blue Whale", Email = "whale@example.com", Company = "Ocean Ltd", Phone = "+12145550100", JoinedAt = data.Clock.GetUtcNow().UtcDateTime };
        await data.AddDealAsync("Yearly books", client: client, with: d => d.Description = "everything of 2026");
        await data.AddDealAsync("Someone else's");
        if (indexed)
            await IndexAsync(data);

        foreach (var text in new[] { "yearly", "whale", "blue books", "ocean yearly", "whale@example", "555-0100", "2026" })
            Assert.Equal((text, "1"), (text, string.Join(' ', await FindAsync<Deal>(data, text))));

        await data.Store.WriteAsync(data.Anna, async db => (await db.Clients.SingleAsync()).Name = "Red Herring");
        foreach (var _ in new[] { 1, 2 })
        {
            Assert.Equal(new[] { 1 }, await FindAsync<Deal>(data, "herring"));
            Assert.Empty(await FindAsync<Deal>(data, "blue"));
            Assert.Equal(new[] { 1 }, await FindAsync<Client>(data, "herring"));
            await IndexAsync(data);
        }
    }

    internal static Task<int[]> FindAsync<T>(TestDatabase data, string text) where T : class, IEditable => data.Store.ReadAsync(data.Anna, async view =>
    {
        var rows = typeof(T) == typeof(Lead) ? (IQueryable<T>)view.Leads : typeof(T) == typeof(Client) ? (IQueryable<T>)view.Clients : (IQueryable<T>)view.Deals;
        if (await view.FindAsync<T>(text) is not { } found)
            return [];
        var best = await found.BestAsync(rows, 0, 1_000, r => r.Id, default);
        Assert.Equal(best.Order(), (await (await found.InAsync(rows, default)).Select(r => r.Id).ToListAsync()).Order());
        return best.ToArray();
    });

    internal static Task IndexAsync(TestDatabase data) => data.Provided.GetRequiredService<SearchIndex>().CatchUpAsync();

    internal static Task AddNoteAsync(TestDatabase data, int leadId, string summary, string? detail, int? replaces = null) => data.Store.WriteAsync(data.Anna, db => Task.FromResult(
        db.Activities.Add(new Activity { Kind = ActivityKind.Note, LeadId = leadId, ActorName = "Anna", Summary = summary, Detail = detail, ReplacesId = replaces, At = db.Now })));
}
