using KpsCrm.Data;
using KpsCrm.Data.Clients;
using KpsCrm.Data.Maintenance;
using KpsCrm.Data.Maintenance.Checks;
using KpsCrm.Data.Ordering;
using KpsCrm.Data.Search;
using KpsCrm.Data.Security;
using KpsCrm.Web.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace KpsCrm.Web.Tests.Maintenance;

/// <summary>Each part of the check is seen to fail on real damage: made past the program, by hand.</summary>
public class DatabaseCheckTests
{
    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task TheSampleFirmIsWhole(DatabaseProvider provider)
    {
        await using var data = await FirmAsync(provider);

        var report = await Check(data).RunAsync();

        Assert.Empty(report.Findings.Concat(report.Notes));
        Assert.NotNull(report.Trail);
    }

    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task AWrongLifetimeValueIsReckonedAnewAndToldToTheScreens(DatabaseProvider provider)
    {
        await using var data = await FirmAsync(provider);
        await data.DamageAsync("UPDATE clients SET total_value_cents = total_value_cents + 1 WHERE name = 'Manufacturing Plus'");
        var told = new TaskCompletionSource<IReadOnlyCollection<KpsCrm.Data.Changes.Change>>();
        using var subscription = data.Feed.Subscribe(KpsCrm.Data.Changes.Topics.Clients, changes =>
        {
            told.TrySetResult(changes);
            return Task.CompletedTask;
        });

        var found = Assert.Single((await Check(data).RunAsync()).Findings);
        var mended = await Check(data).RepairAsync(data.Admin);

        Assert.Matches(@"has the lifetime value \$15,600\.01.* \$15,600\.00\.", found.Sentence);
        Assert.Equal(("clients", true, Gravity.Wrong), (found.Table, found.Mends, found.Gravity));
        Assert.Empty(mended.Findings);
        Assert.Equal("One client's lifetime value was reckoned anew.", Assert.Single(mended.Mended));
        Assert.Contains(await told.Task, c => c.Id.ToString(System.Globalization.CultureInfo.InvariantCulture) == found.Id);
        Assert.Equal([$"clients/{found.Id} by Alex Admin"], await RepairedAsync(data));
    }

    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task PlacesThatCannotBeOrderedAreGivenAnewAndTheOrderStays(DatabaseProvider provider)
    {
        await using var data = await FirmAsync(provider);
        await data.DamageAsync("UPDATE deals SET rank = 'K7' WHERE id = (SELECT min(id) FROM deals WHERE status = 'proposal')");
        await data.DamageAsync("UPDATE deals SET rank = 'i0' WHERE id = (SELECT max(id) FROM deals WHERE status = 'proposal')");
        await data.DamageAsync("UPDATE leads SET rank = '' WHERE id = (SELECT max(id) FROM leads WHERE status = 'contacted')");
        var before = await OrderAsync(data);

        var found = await Check(data).RunAsync();
        var mended = await Check(data).RepairAsync(Actor.System);

        Assert.Equal(["deals", "deals", "leads"], found.Findings.Select(f => f.Table).Order());
        Assert.Empty(mended.Findings.Concat(mended.Notes));
        Assert.Equal(before, await OrderAsync(data));
    }

    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task CardsWrittenByHandShareAPlaceWhichIsNoFaultAndCanBeTakenApart(DatabaseProvider provider)
    {
        await using var data = await TestDatabase.CreateAsync(provider);
        for (var i = 0; i < 300; i++)
            await data.AddLeadAsync($"Lead {i}", $"lead{i}@example.com");
        var before = await OrderAsync(data);

        var found = await Check(data).RunAsync();
        var mended = await Check(data).RepairAsync(Actor.System);

        Assert.True(found.IsWhole);
        Assert.Equal("In the column new of the leads, 300 cards share their place with another and stand by number.", Assert.Single(found.Notes).Sentence);
        Assert.Empty(mended.Notes);
        Assert.Equal(before, await OrderAsync(data));
    }

    [Fact]
    public void ManyPlacesBetweenTwoAreShortAndInOrder()
    {
        var ranks = Rank.Spread("a", "b", 10_000);

        Assert.Equal(ranks.Distinct().Order(StringComparer.Ordinal), ranks);
        Assert.True(string.CompareOrdinal("a", ranks[0]) < 0 && string.CompareOrdinal(ranks[^1], "b") < 0);
        Assert.True(ranks.Max(r => r.Length) <= 6, $"the longest has {ranks.Max(r => r.Length)} characters");
        Assert.All(ranks, r => Assert.False(r.EndsWith('0')));
    }

    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task ARowThatRefersToNothingIsFoundAndLeft(DatabaseProvider provider)
    {
        await using var data = await FirmAsync(provider);
        await data.DamageAsync(provider == DatabaseProvider.Sqlite ? "PRAGMA foreign_keys = OFF" : "SET session_replication_role = replica", "UPDATE tasks SET deal_id = 4711, lead_id = NULL WHERE id = (SELECT min(id) FROM tasks)");

        var found = await Check(data).RepairAsync(Actor.System);

        Assert.Matches("^tasks [0-9]+ refers to number 4711 of deals, which is gone.$", Assert.Single(found.Findings).Sentence);
        Assert.Empty(found.Mended);
    }

    [Fact]
    public async Task RowsWrittenPastTheRulesAreNamed()
    {
        await using var data = await FirmAsync(DatabaseProvider.Sqlite);
        await data.DamageAsync("PRAGMA ignore_check_constraints = ON",
            "UPDATE leads SET status = 'maybe' WHERE id = 1", "UPDATE deals SET probability = 400 WHERE id = 2", "UPDATE leads SET value_cents = 'lots' WHERE id = 3",
            "UPDATE leads SET created_at = 'yesterday' WHERE id = 4", "UPDATE deals SET expected_close_date = 'soon' WHERE id = 5", "UPDATE tasks SET title = '' WHERE id = 1");

        var found = await Check(data).RunAsync();

        string[] expected =
        [
            "deals 2 breaks the rule that probability BETWEEN 0 AND 100.", "deals 5 has 'soon' as its expected_close_date, which is no day.", "leads 1 has the unknown status 'maybe'.",
            "leads 3 has 'lots' as its value_cents, which is no whole number.", "leads 4 has 'yesterday' as its created_at, which is no time.", "tasks 1 breaks the rule that length(title) > 0.",
        ];
        Assert.Equal(expected, found.Findings.Select(f => f.Sentence).Where(s => !s.StartsWith("The file is damaged: ", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
        Assert.All(found.Findings, f => Assert.False(f.Mends));
    }

    [Fact]
    public async Task OnPostgresAMissingRuleAndTheRowThatBreaksItAreNamed()
    {
        await using var data = await FirmAsync(DatabaseProvider.Postgres);
        await data.DamageAsync("ALTER TABLE leads DROP CONSTRAINT ck_leads_status", "UPDATE leads SET status = 'maybe' WHERE id = 1", "DROP INDEX ix_deals_title", "DROP TRIGGER search_named ON leads; DROP TRIGGER search_named ON clients");

        Assert.Equal(["The index ix_deals_title is missing from the database.", "The rule ck_leads_status is missing from the database.", "The trigger search_named is missing from the database.", "leads 1 has the unknown status 'maybe'."],
            (await Check(data).RunAsync()).Findings.Select(f => f.Sentence).Distinct().Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task AMissingIndexAndTriggerAreNamed()
    {
        await using var data = await FirmAsync(DatabaseProvider.Sqlite);
        await data.DamageAsync("DROP INDEX ix_deals_title", "DROP TRIGGER leads_search_named");

        Assert.Equal(["The index ix_deals_title is missing from the database.", "The trigger leads_search_named is missing from the database."], (await Check(data).RunAsync()).Findings.Select(f => f.Sentence).Order());
    }

    [Fact]
    public async Task AnIndexThatLostRowsIsMadeAnewFromItsTable()
    {
        await using var data = await FirmAsync(DatabaseProvider.Sqlite);
        // The index is hidden while rows change: what a crash of a lesser database leaves behind.
        await data.DamageAsync("PRAGMA writable_schema = ON",
            "CREATE TABLE hidden AS SELECT * FROM sqlite_master WHERE name = 'ix_leads_email'", "DELETE FROM sqlite_master WHERE name = 'ix_leads_email'");
        await data.DamageAsync("UPDATE leads SET email = 'new@example.com' WHERE id = 1", "PRAGMA writable_schema = ON", "INSERT INTO sqlite_master SELECT * FROM hidden", "DROP TABLE hidden");

        var found = await Check(data).RunAsync();
        var mended = await Check(data).RepairAsync(Actor.System);

        Assert.Contains(found.Findings, f => f is { Gravity: Gravity.Damage, Mends: true } && f.Sentence.Contains("ix_leads_email", StringComparison.Ordinal));
        Assert.Contains("The index ix_leads_email was made anew from its table.", mended.Mended);
        Assert.Empty(mended.Findings);
    }

    [Fact]
    public async Task AFileWithFlippedBytesIsDamaged()
    {
        await using var data = await FirmAsync(DatabaseProvider.Sqlite);
        await data.DamageAsync("PRAGMA wal_checkpoint(TRUNCATE)");
        var root = await data.Store.ReadAsync(Actor.System, view => view.Db.Database.SqlQueryRaw<int>("SELECT rootpage AS \"Value\" FROM sqlite_master WHERE name = 'activities'").SingleAsync());
        await using (var file = new FileStream(data.Options.Path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite))
        {
            file.Seek((root - 1) * 4096L, SeekOrigin.Begin);
            await file.WriteAsync(new byte[64]);
        }
        // What another program has changed unseen is not read from memory.
        await using var again = data.OpenSecondInstance();

        Assert.Contains((await again.GetRequiredService<DatabaseCheck>().RunAsync()).Findings, f => f is { Gravity: Gravity.Damage, Mends: false });
    }

    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task WhatTheSearchIndexHasOtherwiseIsIndexedAnew(DatabaseProvider provider)
    {
        await using var data = await FirmAsync(provider);
        await data.DamageAsync(provider == DatabaseProvider.Sqlite ? "DELETE FROM leads_names WHERE rowid = 1; INSERT INTO leads_names (rowid, text) VALUES (1, 'somebody else'); INSERT INTO clients_search (rowid, text) VALUES (4711, 'nobody')"
            : "UPDATE leads_search SET name = 'somebody else' WHERE id = 1; INSERT INTO clients_search VALUES (4711, 'nobody', 'nobody')");

        var found = await Check(data).RunAsync();
        var mended = await Check(data).RepairAsync(Actor.System);

        Assert.Equal([("clients", "4711"), ("leads", "1")], found.Findings.Select(f => (f.Table, f.Id)).Order()!);
        Assert.Empty(mended.Findings);
        Assert.Equal(2, (await RepairedAsync(data)).Count(r => r.StartsWith("search", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task ASearchIndexWithFlippedBytesIsMadeAnew()
    {
        await using var data = await FirmAsync(DatabaseProvider.Sqlite);
        await data.DamageAsync("UPDATE leads_search_data SET block = zeroblob(length(block)) WHERE id > 10");

        var found = await Check(data).RunAsync();
        var mended = await Check(data).RepairAsync(Actor.System);

        Assert.Contains(found.Findings, f => f is { Part: "The file and its indexes", Mends: true });
        Assert.Contains("The search index was made anew.", mended.Mended);
        Assert.Empty(mended.Findings);
    }

    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task AChangedAuditRowIsDamageThatNoRepairTouches(DatabaseProvider provider)
    {
        await using var data = await FirmAsync(provider);
        await data.Store.WriteAsync(data.Admin, db =>
        {
            db.Audit(SecurityEvents.SettingChanged, "settings/x");
            return Task.CompletedTask;
        });
        await data.DamageAsync("UPDATE security_logs SET user_name = 'Somebody Else' WHERE subject = 'settings/x'");

        var found = await Check(data).RepairAsync(Actor.System);

        Assert.Equal(("Audit trail", Gravity.Damage, false), (Assert.Single(found.Findings).Part, found.Findings[0].Gravity, found.Findings[0].Mends));
    }

    [Fact]
    public async Task TheCommandTellsByItsExitCodeWhatRemains()
    {
        await using var data = await FirmAsync(DatabaseProvider.Sqlite);
        await data.DamageAsync("UPDATE clients SET total_value_cents = total_value_cents + 1 WHERE id = 1", "PRAGMA foreign_keys = OFF", "UPDATE tasks SET deal_id = 4711 WHERE id = 1");
        var program = new CommandLine(data.Options.Path);

        var found = await program.RunAsync(["db", "check"]);
        var json = System.Text.Json.JsonDocument.Parse((await program.RunAsync(["db", "check", "--json"])).Out).RootElement;
        var mended = await program.RunAsync(["db", "check", "--repair"]);
        await data.DamageAsync("UPDATE tasks SET deal_id = NULL WHERE id = 1");
        var whole = await program.RunAsync(["db", "check"]);

        Assert.Equal((1, 1, 0, 2), (found.Code, mended.Code, whole.Code, (await program.RunAsync(["db", "check", "--repare"])).Code));
        Assert.Equal(2, found.Err.Trim().Split('\n').Length);
        Assert.Contains("1 of 2 are set right by 'db check --repair'.", found.Out);
        Assert.Contains("Mended: One client's lifetime value", mended.Out);
        Assert.Single(mended.Err.Trim().Split('\n'));
        Assert.Contains("The data is whole.", whole.Out);
        Assert.Equal((false, "tasks", "1"), (json.GetProperty("whole").GetBoolean(), json.GetProperty("findings")[0].GetProperty("table").GetString(), json.GetProperty("findings")[0].GetProperty("id").GetString()));
    }

    /// <summary>Who reads never waits for who writes, nor keeps anybody from it: else a check would do with its first slice what this lock does.</summary>
    [Fact]
    public async Task ACheckAndAWriterAreInNobodysWay()
    {
        await using var data = await FirmAsync(DatabaseProvider.Sqlite);
        await using var other = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={data.Options.Path};Pooling=False");
        await other.OpenAsync();
        await using var writing = other.BeginTransaction(deferred: false);

        Assert.True((await Check(data).RunAsync()).IsWhole);
    }

    [Fact]
    public async Task OnlyAnAdminRepairs()
    {
        await using var data = await TestDatabase.CreateAsync();
        await Assert.ThrowsAsync<AccessDeniedException>(() => Check(data).RepairAsync(data.Manager));
    }

    [Fact]
    public async Task ManyFindingsOfOneKindAreCounted()
    {
        await using var data = await TestDatabase.CreateAsync();
        await data.Store.WriteAsync(data.Anna, db =>
        {
            db.Clients.AddRange(Enumerable.Range(0, 450).Select(i => new Client { Name = $"Client {i}", Email = "c@example.com", JoinedAt = db.Now }));
            return Task.CompletedTask;
        });
        await data.DamageAsync("UPDATE clients SET total_value_cents = 1");

        Assert.Equal((201, "Lifetime values: 250 more like these."), ((await Check(data).RunAsync()).Findings is var f ? f.Count : 0, f[^1].Sentence));
        Assert.Equal("The lifetime values of 450 clients were reckoned anew.", Assert.Single((await Check(data).RepairAsync(data.Admin)).Mended));
    }

    private static DatabaseCheck Check(TestDatabase data) => data.Provided.GetRequiredService<DatabaseCheck>();

    private static async Task<TestDatabase> FirmAsync(DatabaseProvider provider)
    {
        var data = await TestDatabase.CreateAsync(provider);
        await data.Provided.GetRequiredService<SampleData>().AddIfEmptyAsync(SampleTeam.WithoutLogins, new CompanyOptions().Zone);
        await data.Provided.GetRequiredService<SearchIndex>().CatchUpAsync();
        return data;
    }

    private static Task<List<string>> OrderAsync(TestDatabase data) => data.Store.ReadAsync(Actor.System, async view => (List<string>)
    [
        .. await view.Leads.OrderBy(l => l.Status).ThenBy(l => l.Rank).ThenBy(l => l.Id).Select(l => "lead " + l.Id).ToListAsync(),
        .. await view.Deals.OrderBy(d => d.Stage).ThenBy(d => d.Rank).ThenBy(d => d.Id).Select(d => "deal " + d.Id).ToListAsync(),
    ]);

    private static Task<List<string>> RepairedAsync(TestDatabase data) => data.Store.ReadAsync(Actor.System, view =>
        view.Db.SecurityLogs.Where(l => l.EventType == SecurityEvents.Repaired).OrderBy(l => l.Id).Select(l => l.Subject + " by " + l.UserName).ToListAsync());
}

internal static class Damage
{
    /// <summary>Writes past the program, as somebody with the database's own tool would: nothing is told, and one connection does it all.</summary>
    public static async Task DamageAsync(this TestDatabase data, params string[] statements)
    {
        await using System.Data.Common.DbConnection connection = data.Options.Provider == DatabaseProvider.Sqlite
            ? new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={data.Options.Path};Pooling=False") : new Npgsql.NpgsqlConnection(data.Options.ConnectionString + ";Pooling=false");
        await connection.OpenAsync();
        foreach (var statement in statements)
        {
            await using var command = connection.CreateCommand();
            command.CommandText = statement;
            await command.ExecuteNonQueryAsync();
        }
    }
}
