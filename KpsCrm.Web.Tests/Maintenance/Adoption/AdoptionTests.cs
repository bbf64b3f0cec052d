using KpsCrm.Data;
using KpsCrm.Data.Leads;
using KpsCrm.Data.Maintenance;
using KpsCrm.Data.Search;
using KpsCrm.Data.Security;
using KpsCrm.Web.Tests.Support;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;

namespace KpsCrm.Web.Tests.Maintenance;

public sealed class AdoptionTests
{
    [Fact]
    public async Task TheSampleArrivesWholeAndItsFileStaysAsItWas()
    {
        using var legacy = LegacyDatabase.Sample();
        var before = LegacyDatabase.HashOf(legacy.Path);

        var adopted = await legacy.AdoptAsync();

        Assert.Equal(Path.Combine(legacy.Folder, "kps_crm.legacy-2026-11-25.db"), adopted.Kept);
        Assert.Equal(before, LegacyDatabase.HashOf(adopted.Kept!));
        foreach (var (table, rows) in new[] { ("leads", 240), ("clients", 60), ("deals", 150), ("analytics_events", 1200), ("security_logs", 80) })
        {
            Assert.Equal((rows, rows), adopted.Report!.Tables[table]);
            var seq = table == "security_logs" ? "WHERE seq IS NULL" : "";
            Assert.Equal(legacy.Ask($"SELECT id FROM {table} ORDER BY id", adopted.Kept), legacy.Ask($"SELECT id FROM {table} {seq} ORDER BY id"));
        }
        const string links = "SELECT id, client_id, lead_id, title, description FROM deals ORDER BY id";
        Assert.Equal(legacy.Ask(links, adopted.Kept), legacy.Ask(links));
        const string text = "SELECT id, name, lower(trim(email)), nullif(phone, ''), company, service, timeline, city, state, country, assigned_to, nullif(notes, ''), datetime(created_at), datetime(updated_at) FROM leads ORDER BY id";
        Assert.Equal(legacy.Ask(text, adopted.Kept), legacy.Ask(text));
        Assert.All(adopted.Report!.Figures, f => Assert.Equal(f.Before, f.After));
        Assert.Equal(["kps_crm.adoption-details-2026-11-25.csv", "kps_crm.adoption-report-2026-11-25.txt", "kps_crm.db", "kps_crm.legacy-2026-11-25.db"], legacy.Files);
        await AssertWholeAsync(legacy);
    }

    [Fact]
    public async Task AdoptingTwiceIsHarmless()
    {
        using var legacy = LegacyDatabase.Sample();
        var elsewhere = Path.Combine(legacy.Folder, "new", "kps_crm.db");
        var file = LegacyDatabase.HashOf(legacy.Path);
        await legacy.AdoptAsync(elsewhere);
        var adopted = LegacyDatabase.HashOf(elsewhere);

        var again = await legacy.AdoptAsync(elsewhere);

        Assert.Null(again.Report);
        Assert.Contains("adopted already, on 2026-11-25", legacy.Told[^1]);
        Assert.Equal((file, adopted), (LegacyDatabase.HashOf(legacy.Path), LegacyDatabase.HashOf(elsewhere)));
        Assert.Contains("a database of this program already", (await Assert.ThrowsAsync<TroubleException>(() => legacy.AdoptAsync(Path.Combine(legacy.Folder, "third.db"), elsewhere))).Message);
    }

    [Fact]
    public async Task ADatabaseWithDataIsNeverOverwritten()
    {
        using var legacy = LegacyDatabase.Sample();
        await using var data = await TestDatabase.CreateAsync();
        await data.AddLeadAsync();

        var refused = await Assert.ThrowsAsync<TroubleException>(() => legacy.AdoptAsync(data.Options.Path));

        Assert.Contains("has data already (leads)", refused.Message);
        Assert.Equal(["1"], legacy.Ask("SELECT count(*) FROM leads", data.Options.Path));
    }

    [Fact]
    public async Task PeopleWhoAreThereAlreadyStayAndGetWhatWasAssignedToThem()
    {
        using var legacy = new LegacyDatabase();
        legacy.Run("INSERT INTO leads (id, name, email, assigned_to) VALUES (5, 'A', 'a@x.com', 'anna alvarez'), (6, 'B', 'b@x.com', 'BEN@kps.example'), (7, 'C', 'c@x.com', '3'); INSERT INTO security_logs (id, event_type) VALUES (1, 'login')");
        await using var data = await TestDatabase.CreateAsync();
        await data.Store.WriteAsync(data.Admin, db =>
        {
            db.Audit("setting_changed");
            return Task.CompletedTask;
        });

        await legacy.AdoptAsync(data.Options.Path);

        Assert.Equal(["5|3|anna alvarez", "6|4|BEN@kps.example", "7|-|3"], legacy.Ask("SELECT id, owner_id, assigned_to FROM leads ORDER BY id", data.Options.Path));
        Assert.Equal(["4"], legacy.Ask("SELECT count(*) FROM users", data.Options.Path));
        // The trail that has begun keeps its numbers; the older system's rows make way.
        Assert.Equal(["1|-|setting_changed", "2|older/1|login", "3|-|adopted"], legacy.Ask("SELECT id, subject, event_type FROM security_logs ORDER BY id", data.Options.Path));
        Assert.Single(Directory.GetFiles(Path.GetDirectoryName(data.Options.Path)!, "backup_*.db"));
        await AssertWholeAsync(legacy, data.Options.Path);
    }

    [Fact]
    public async Task WhatLiesInTheWriteAheadLogIsNotLost()
    {
        using var legacy = new LegacyDatabase();
        var copy = Path.Combine(legacy.Folder, "copy", "kps_crm.db");
        Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
        await using (var open = new SqliteConnection($"Data Source={legacy.Path};Pooling=False"))
        {
            await open.OpenAsync();
            foreach (var sql in new[] { "PRAGMA journal_mode = WAL", "PRAGMA wal_autocheckpoint = 0", "INSERT INTO leads (name, email) VALUES ('Still in the log', 'log@example.com')" })
                await new SqliteCommand(sql, open).ExecuteNonQueryAsync();
            foreach (var part in new[] { "", "-wal" })
                File.Copy(legacy.Path + part, copy + part);
        }
        var (file, log) = (LegacyDatabase.HashOf(copy), LegacyDatabase.HashOf(copy + "-wal"));

        var adopted = await legacy.AdoptAsync(copy, copy);

        Assert.Equal(["Still in the log"], legacy.Ask("SELECT name FROM leads", copy));
        Assert.Equal((file, log), (LegacyDatabase.HashOf(adopted.Kept!), LegacyDatabase.HashOf(adopted.Kept + "-wal")));
        Assert.False(File.Exists(copy + "-wal"));
    }

    [Fact]
    public async Task WhatTheOlderSystemWroteMeanwhileStopsTheAdoption()
    {
        using var legacy = LegacyDatabase.Sample();
        await using var services = legacy.Services();

        var refused = await Assert.ThrowsAsync<TroubleException>(() => services.GetRequiredService<Adoption>().RunAsync(legacy.Path, LegacyDatabase.Zone, null, line =>
        {
            if (line == "Checking: audit trail.")
                legacy.Run("INSERT INTO leads (name, email) VALUES ('Late', 'late@example.com')");
        }));

        Assert.Contains("was written to meanwhile", refused.Message);
        Assert.Equal(["kps_crm.db"], legacy.Files);
        Assert.Equal(["241"], legacy.Ask("SELECT count(*) FROM leads"));
        await legacy.AdoptAsync();
        Assert.Equal(["241"], legacy.Ask("SELECT count(*) FROM leads"));
    }

    [Fact]
    public async Task ADiskThatIsTooSmallIsNamedBeforeAnythingIsWritten()
    {
        using var legacy = LegacyDatabase.Sample();
        await using var services = legacy.Services();
        services.GetRequiredService<DiskSpace>().FreeAt = _ => 1_000_000;

        var refused = await Assert.ThrowsAsync<TroubleException>(() => services.GetRequiredService<Adoption>().RunAsync(legacy.Path, LegacyDatabase.Zone, null, legacy.Told.Add));

        Assert.Contains("The adoption needs 1.8 MB free", refused.Message);
        Assert.Equal(["kps_crm.db"], legacy.Files);
    }

    [Fact]
    public async Task NumbersThatWereEverGivenAwayAreNotGivenAgain()
    {
        using var legacy = new LegacyDatabase();
        legacy.Run("INSERT INTO leads (id, name, email) VALUES (7, 'A', 'a@x.com'), (41, 'B', 'b@x.com'); DELETE FROM leads WHERE id = 41");
        await legacy.AdoptAsync();

        await using var services = legacy.Services();
        var id = await services.GetRequiredService<CrmStore>().WriteAsync(Actor.System, async db =>
        {
            var lead = new Lead { Name = "Next", Email = "next@example.com", CreatedAt = db.Now };
            db.Leads.Add(lead);
            await db.SaveChangesAsync();
            return lead.Id;
        });

        Assert.Equal(42, id);
    }

    [Theory]
    [InlineData("DROP TABLE deals; DROP TABLE security_logs; ALTER TABLE leads DROP COLUMN budget; ALTER TABLE leads DROP COLUMN created_at; ALTER TABLE clients DROP COLUMN total_value")]
    [InlineData("DROP TABLE clients; DROP TABLE analytics_events; ALTER TABLE deals DROP COLUMN probability; ALTER TABLE deals DROP COLUMN amount; ALTER TABLE security_logs DROP COLUMN details")]
    public async Task MissingTablesAndColumnsGetTheirDefaults(string sql)
    {
        using var legacy = LegacyDatabase.Sample();
        legacy.Run("DROP INDEX IF EXISTS idx_analytics_events_created_at; " + sql);

        var adopted = await legacy.AdoptAsync();

        Assert.Equal(240, adopted.Report!.Tables["leads"].Written);
        Assert.Contains(new[] { "deals", "clients" }, t => adopted.Report.CountOf(t, "table-missing") == 1);
        await AssertWholeAsync(legacy);
    }

    [Fact]
    public async Task NewColumnsAreKeptInNotesAndNewTablesInTheListOfDetails()
    {
        using var legacy = LegacyDatabase.Sample();
        legacy.Run("ALTER TABLE leads ADD COLUMN linkedin TEXT; UPDATE leads SET linkedin = 'in/renee' WHERE id = 2; ALTER TABLE analytics_events ADD COLUMN screen TEXT; UPDATE analytics_events SET screen = '=1+1' WHERE id = 9;"
            + "CREATE TABLE invoices (number TEXT, total REAL); INSERT INTO invoices VALUES ('R-7', 12.5)");

        var adopted = await legacy.AdoptAsync();

        Assert.Contains("linkedin: in/renee", Assert.Single(legacy.Ask("SELECT summary FROM activities WHERE kind = 'note' AND lead_id = 2")));
        var details = await File.ReadAllTextAsync(Path.Combine(legacy.Folder, "kps_crm.adoption-details-2026-11-25.csv"));
        Assert.Contains("analytics_events,9,column-new,screen,\"'=1+1\"\r\n", details);
        Assert.Contains("invoices,1,table-new,number,R-7\r\ninvoices,1,table-new,total,12.5\r\n", details);
        Assert.Equal((1, 1, 1), (adopted.Report!.CountOf("leads", "column-new"), adopted.Report.CountOf("analytics_events", "column-new"), adopted.Report.CountOf("invoices", "table-new")));
    }

    internal static async Task AssertWholeAsync(LegacyDatabase legacy, string? database = null)
    {
        await using var services = legacy.Services(database);
        Assert.Empty((await services.GetRequiredService<DatabaseCheck>().RunAsync()).Findings);
        Assert.Empty(await services.GetRequiredService<SearchIndex>().CheckAsync());
    }
}
