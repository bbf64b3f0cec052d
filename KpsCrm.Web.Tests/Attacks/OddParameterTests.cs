using KpsCrm.Data;
using KpsCrm.Web.Features.Clients;
using KpsCrm.Web.Features.Deals;
using KpsCrm.Web.Features.Finding;
using KpsCrm.Web.Features.Leads;
using KpsCrm.Web.Features.Pipeline;
using KpsCrm.Web.Live;
using KpsCrm.Web.Shared;
using KpsCrm.Web.Tests.Lists;
using KpsCrm.Web.Tests.Support;

namespace KpsCrm.Web.Tests.Attacks;

/// <summary>G02, G04, G05, G07, L01: whatever stands in an address or a search box, there is an answer, and it holds nothing that was not asked for.</summary>
public class OddParameterTests
{
    private static readonly string[] Odd =
    [
        "'", "\"", "\\", ";", "--", "/*", "' OR 1=1 --", "1); DROP TABLE leads; --", "%", "_", "%%%", "[a-z]", "*", "NEAR(a b)", "a NEAR/2 b", "\"unbalanced", "a AND", "OR", "NOT", "(", ")", "^a", "a:b", "name:x", "{a b}", "col - umn", "+", "-", "a*b*", "& | ! :*", "'a' & 'b'", "<->",
        "-1", "0", "999999999999999999999", "1e308", "NaN", "0x1F", "null", "undefined", "true", "[]", "{}", "${7*7}", "{{7*7}}", "\0", "\u202e", "\ud83d\ude00", "\ufeff", "İ", "ß", "\r\nSet-Cookie: a=b", "../../etc/passwd", "id desc", "password_hash", "Owner.PasswordHash", "created,name",
        "2026-99-99", "0001-01-01", "9999-12-31", new('a', 5_000), string.Join('|', Enumerable.Repeat("x", 500)),
    ];

    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task EveryParameterOfEveryListTakesAnything(DatabaseProvider provider)
    {
        await using var data = await TestDatabase.CreateAsync(provider);
        await Firm.AddAsync(data);
        string[] besides = ["q", "sort", "page", "view", "no_such_parameter"];
        foreach (var value in Odd)
        {
            foreach (var key in LeadFilter.Fields.SelectMany(f => f.Keys).Concat(besides))
                await AskAsync(data, $"{key}={Uri.EscapeDataString(value)}", query => new LeadsQuestion(LeadFilter.Of(query, 3), ListPlace.Of(query), Firm.Company), query => new LeadsTotalQuestion(LeadFilter.Of(query, 3), Firm.Company));
            foreach (var key in DealFilter.Fields.SelectMany(f => f.Keys).Concat(besides))
                await AskAsync(data, $"{key}={Uri.EscapeDataString(value)}", query => new DealsQuestion(DealFilter.Of(query, 3), ListPlace.Of(query), Firm.Company), query => new DealsTotalQuestion(DealFilter.Of(query, 3), Firm.Company));
            foreach (var key in ClientFilter.Fields.SelectMany(f => f.Keys).Concat(besides))
                await AskAsync(data, $"{key}={Uri.EscapeDataString(value)}", query => new ClientsQuestion(ClientFilter.Of(query, 3), ListPlace.Of(query), Firm.Company), query => new ClientsTotalQuestion(ClientFilter.Of(query, 3), Firm.Company));
        }
    }

    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task BoardsAndPaletteTakeAnything(DatabaseProvider provider)
    {
        await using var data = await TestDatabase.CreateAsync(provider);
        await Firm.AddAsync(data);
        foreach (var value in Odd)
        {
            var filter = Filter.From(value, value, value, data.Anna.UserId);
            await data.Store.ReadAsync(data.Anna, view => new DealBoardQuestion(filter, new Depths(Enumerable.Repeat(Depths.Step, 5)), new(2026, 11, 24)).AskAsync(view, default));
            await data.Store.ReadAsync(data.Anna, view => new LeadBoardQuestion(filter, new Depths(Enumerable.Repeat(Depths.Step, 7))).AskAsync(view, default));
            await data.Store.ReadAsync(data.Anna, view => new PaletteQuestion(value).AskAsync(view, default));
        }
    }

    /// <summary>A wildcard is a letter like any other: it finds what holds it, not everything.</summary>
    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task AWildcardFindsOnlyItself(DatabaseProvider provider)
    {
        await using var data = await TestDatabase.CreateAsync(provider);
        await Firm.AddAsync(data);
        foreach (var text in new[] { "%", "_", "%%", "a%z", "x' OR '1'='1", "\" OR text MATCH \"a" })
        {
            var query = new ListQuery($"?q={Uri.EscapeDataString(text)}");
            var found = await data.Store.ReadAsync(data.Anna, view => new LeadsQuestion(LeadFilter.Of(query), ListPlace.Of(query), Firm.Company).AskAsync(view, default));
            Assert.True(found.Rows.Count == 0 || found.IsSimilar, $"{text} found {found.Rows.Count} leads");
        }
    }

    private static async Task AskAsync<TRow>(TestDatabase data, string query, Func<ListQuery, IQuestion<ListPage<TRow>>> page, Func<ListQuery, IQuestion<ListTotal>> total)
    {
        try
        {
            var asked = new ListQuery("?" + query);
            var rows = await data.Store.ReadAsync(data.Anna, view => page(asked).AskAsync(view, default));
            Assert.True(rows.Rows.Count <= ListPlace.Size);
            await data.Store.ReadAsync(data.Anna, view => total(asked).AskAsync(view, default));
        }
        catch (Exception e) when (e is not Xunit.Sdk.XunitException)
        {
            Assert.Fail($"?{query[..Math.Min(query.Length, 120)]}: {e.Message}");
        }
    }
}
