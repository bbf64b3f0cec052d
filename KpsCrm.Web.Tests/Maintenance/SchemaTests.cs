using KpsCrm.Data;
using KpsCrm.Data.Maintenance;
using KpsCrm.Data.Providers;
using KpsCrm.Web.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace KpsCrm.Web.Tests.Maintenance;

public class SchemaTests
{
    [Fact]
    public async Task SchemaSqlIsWhatTheModelSays()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "KpsCrm.sln")))
            folder = folder.Parent!;
        var path = Path.Combine(folder.FullName, "database", "schema.sql");
        if (Environment.GetEnvironmentVariable("KPS_WRITE_SCHEMA") == "1")
            await File.WriteAllTextAsync(path, SchemaSql.Generate());

        Assert.True((await File.ReadAllTextAsync(path)).ReplaceLineEndings("\n") == SchemaSql.Generate(), "database/schema.sql is stale; database/README.md says how to make it anew.");
    }

    /// <summary>Columns as SQLite knows them, indexes and triggers by their text: a migration adds columns at the end, and writes tables otherwise.</summary>
    [Fact]
    public async Task ANewFileIsWhatTheMigrationsMake()
    {
        await using var data = await TestDatabase.CreateAsync(DatabaseProvider.Sqlite);
        await using var made = data.Provided.GetRequiredService<IProvider>().OpenForIdentity();
        await using var migrated = new SqliteCrmDbContext(SqliteCrmDbContext.Options().UseSqlite("Data Source=:memory:").Options);
        await migrated.Database.OpenConnectionAsync(TestContext.Current.CancellationToken);
        await migrated.Database.ExecuteSqlRawAsync("PRAGMA legacy_alter_table = ON", TestContext.Current.CancellationToken);
        await migrated.Database.MigrateAsync(TestContext.Current.CancellationToken);

        Assert.Equal(await DescribeAsync(migrated), await DescribeAsync(made));

        static async Task<string> DescribeAsync(CrmDbContext db) => string.Join('\n', await db.Database.SqlQueryRaw<string>("""
            SELECT m.name || '.' || c.name || ' ' || c.type || ' ' || c."notnull" || ' ' || coalesce(c.dflt_value, '') || ' ' || c.pk || ' ' || c.hidden AS "Value" FROM sqlite_master m, pragma_table_xinfo(m.name) c WHERE m.type = 'table' AND m.name NOT LIKE '\_\_EFMigrationsLock%' ESCAPE '\'
            UNION ALL SELECT m.name || ' -> ' || f."table" || '.' || f."from" || ' ' || f.on_delete FROM sqlite_master m, pragma_foreign_key_list(m.name) f WHERE m.type = 'table'
            UNION ALL SELECT replace(replace(sql, char(13), ''), char(10), ' ') FROM sqlite_master WHERE type IN ('index', 'trigger') AND sql IS NOT NULL
            UNION ALL SELECT migration_id FROM "__EFMigrationsHistory"
            ORDER BY 1
            """).ToListAsync(TestContext.Current.CancellationToken));
    }

    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task NoMigrationIsMissing(DatabaseProvider provider)
    {
        await using var data = await TestDatabase.CreateAsync(provider);
        await using var db = data.Provided.GetRequiredService<IProvider>().OpenForIdentity();

        Assert.False(db.Database.HasPendingModelChanges());
        Assert.Empty(await db.Database.GetPendingMigrationsAsync());
    }

    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task TheDocumentedStatementsWork(DatabaseProvider provider)
    {
        await using var data = await TestDatabase.CreateAsync(provider);
        await SqlAsync(data, "INSERT INTO leads (name, email) VALUES ('Jane', 'jane@example.com')");
        await SqlAsync(data, "INSERT INTO clients (name, email, elsewhere_cents, total_value_cents) VALUES ('Plus', 'plus@example.com', 1560050, 1560050)");
        await SqlAsync(data, "INSERT INTO deals (client_id, title, amount_cents) SELECT id, 'Setup', 850000 FROM clients");
        await SqlAsync(data, "INSERT INTO analytics_events (event_type) VALUES ('page_view')");
        await SqlAsync(data, "INSERT INTO security_logs (event_type) VALUES ('login_success')");
        await SqlAsync(data, "UPDATE leads SET budget_cents = 250000, value_cents = 350000");

        Assert.Equal("new medium website US 3500 2500", await TextAsync(data, "SELECT status || ' ' || priority || ' ' || source || ' ' || country || ' ' || CAST(CAST(value AS integer) AS text) || ' ' || CAST(CAST(budget AS integer) AS text) FROM leads"));
        Assert.Equal("8500 proposal", await TextAsync(data, "SELECT CAST(CAST(amount AS integer) AS text) || ' ' || status FROM deals"));
        Assert.Equal("1", await TextAsync(data, "SELECT CAST(count(*) AS text) FROM clients WHERE total_value = 15600.5 AND status = 'active' AND joined_at IS NOT NULL"));
        Assert.Equal("1", await TextAsync(data, "SELECT CAST(count(*) AS text) FROM security_logs WHERE severity = 'info' AND created_at IS NOT NULL"));
        // What was written by hand is read by the program.
        Assert.Equal("Jane", await data.Store.ReadAsync(data.Anna, view => view.Leads.Select(l => l.Name).SingleAsync()));
    }

    [Theory, MemberData(nameof(Refused))]
    public async Task TheDatabaseItselfRefuses(DatabaseProvider provider, string statement)
    {
        await using var data = await TestDatabase.CreateAsync(provider);
        await SqlAsync(data, "INSERT INTO clients (name, email) VALUES ('Plus', 'plus@example.com')");
        await SqlAsync(data, "INSERT INTO deals (client_id, title, amount_cents) SELECT id, 'Setup', 100 FROM clients");

        var refusal = await Assert.ThrowsAnyAsync<System.Data.Common.DbException>(() => SqlAsync(data, statement));
        Assert.Matches("(?i)constraint", refusal.Message);
    }

    public static TheoryData<DatabaseProvider, string> Refused()
    {
        var rows = new TheoryData<DatabaseProvider, string>();
        foreach (var provider in Enum.GetValues<DatabaseProvider>())
        {
            rows.Add(provider, "INSERT INTO leads (name, email, status) VALUES ('a', 'a@example.com', 'assigned')");
            rows.Add(provider, "INSERT INTO leads (name, email, priority) VALUES ('a', 'a@example.com', 'highest')");
            rows.Add(provider, "INSERT INTO leads (name, email, value_cents) VALUES ('a', 'a@example.com', -1)");
            rows.Add(provider, "INSERT INTO leads (name, email) VALUES ('', 'a@example.com')");
            rows.Add(provider, "INSERT INTO leads (name) VALUES ('a')");
            rows.Add(provider, "INSERT INTO clients (name, email, status) VALUES ('a', 'a@example.com', 'gone')");
            rows.Add(provider, "UPDATE deals SET status = 'won'");
            rows.Add(provider, "UPDATE deals SET probability = 101");
            rows.Add(provider, "UPDATE deals SET probability = -1");
            rows.Add(provider, "UPDATE deals SET amount_cents = -1");
            rows.Add(provider, "UPDATE deals SET client_id = 4711");
            rows.Add(provider, "UPDATE deals SET lead_id = 4711");
            rows.Add(provider, "UPDATE deals SET owner_id = 4711");
            rows.Add(provider, "DELETE FROM clients");
            rows.Add(provider, "INSERT INTO activities (kind, actor_name, summary) VALUES ('gossip', 'a', 'b')");
        }
        return rows;
    }

    private static async Task SqlAsync(TestDatabase data, string sql)
    {
        await using var db = data.Provided.GetRequiredService<IProvider>().OpenForIdentity();
        await db.Database.ExecuteSqlRawAsync(sql);
    }

    private static async Task<string> TextAsync(TestDatabase data, string sql)
    {
        await using var db = data.Provided.GetRequiredService<IProvider>().OpenForIdentity();
        return (await db.Database.SqlQueryRaw<string>(sql).ToListAsync()).Single();
    }
}
