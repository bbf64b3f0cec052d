using System.Data.Common;
using KpsCrm.Data;
using KpsCrm.Data.Changes;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace KpsCrm.Web.Tests.Faults;

/// <summary>
/// What was committed, told by the database itself: triggers note each changed row in the transaction that changes it, so that a save that is rolled back leaves no note.
/// The program knows nothing of it.
/// </summary>
internal sealed class CommitLog : IAsyncDisposable
{
    /// <summary>The tables that screens hear of. Those without a number of their own are told as the topic alone.</summary>
    private static readonly (string Table, Topics Topic, bool Numbered)[] Tables =
    [
        ("leads", Topics.Leads, true), ("clients", Topics.Clients, true), ("deals", Topics.Deals, true), ("activities", Topics.Activities, true),
        ("analytics_events", Topics.Events, true), ("security_logs", Topics.Security, true), ("users", Topics.Users, true), ("teams", Topics.Users, false),
        ("role_rights", Topics.Users, false), ("outgoing_mails", Topics.Mail, true), ("quarantined_enquiries", Topics.Quarantine, true),
        ("tasks", Topics.Tasks, true), ("notifications", Topics.Notifications, true), ("attachments", Topics.Files, true),
    ];

    private readonly DbConnection _connection;
    private readonly HashSet<long> _read = [];

    private CommitLog(DbConnection connection) => _connection = connection;

    public static async Task<CommitLog> StartAsync(DatabaseOptions options)
    {
        var isPostgres = options.Provider == DatabaseProvider.Postgres;
        var log = new CommitLog(isPostgres ? new NpgsqlConnection(options.ConnectionString) : new SqliteConnection($"Data Source={options.Path};Pooling=False"));
        await log._connection.OpenAsync();
        await log.ExecuteAsync(isPostgres ? Postgres() : Sqlite());
        return log;
    }

    /// <summary>What was committed since the last look; 0 where the row has no number of its own.</summary>
    public async Task<IReadOnlyList<(Topics Topic, int Id)>> NewAsync()
    {
        await using var command = _connection.CreateCommand();
        command.CommandText = "SELECT n, topic, row_id FROM test_commits";
        await using var reader = await command.ExecuteReaderAsync();
        var fresh = new List<(Topics, int)>();
        while (await reader.ReadAsync())
        {
            if (_read.Add(reader.GetInt64(0)))
                fresh.Add(((Topics)reader.GetInt32(1), reader.GetInt32(2)));
        }
        return fresh;
    }

    /// <summary>Takes the triggers away and looks at the database as the program has left it. One at a time: screens are still reading, and who holds one table while waiting for another deadlocks with them.</summary>
    public async ValueTask DisposeAsync()
    {
        var triggers = _connection is NpgsqlConnection
            ? [.. Tables.Select(t => $"DROP TRIGGER test_commit ON {t.Table}"), "DROP FUNCTION test_commit"]
            : Tables.SelectMany(t => new[] { "insert", "update", "delete" }.Select(verb => $"DROP TRIGGER test_{t.Table}_{verb}"));
        foreach (var drop in triggers.Append("DROP TABLE test_commits"))
            await ExecuteAsync(drop);
        await _connection.DisposeAsync();
    }

    private static string Sqlite() => "CREATE TABLE test_commits (n INTEGER PRIMARY KEY AUTOINCREMENT, topic INTEGER, row_id INTEGER);" + string.Concat(
        from table in Tables
        from verb in new[] { "insert", "update", "delete" }
        let id = table.Numbered ? (verb == "delete" ? "old.id" : "new.id") : "0"
        select $"CREATE TRIGGER test_{table.Table}_{verb} AFTER {verb} ON {table.Table} BEGIN INSERT INTO test_commits (topic, row_id) VALUES ({(int)table.Topic}, {id}); END;");

    private static string Postgres() => """
        CREATE TABLE test_commits (n bigserial PRIMARY KEY, topic int, row_id int);
        CREATE FUNCTION test_commit() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            INSERT INTO test_commits (topic, row_id) VALUES (TG_ARGV[0]::int, CASE WHEN TG_ARGV[1] = '0' THEN 0 WHEN TG_OP = 'DELETE' THEN (to_jsonb(OLD)->>'id')::int ELSE (to_jsonb(NEW)->>'id')::int END);
            RETURN NULL;
        END $$;
        """ + string.Concat(Tables.Select(t => $"CREATE TRIGGER test_commit AFTER INSERT OR UPDATE OR DELETE ON {t.Table} FOR EACH ROW EXECUTE FUNCTION test_commit({(int)t.Topic}, {(t.Numbered ? 1 : 0)});"));

    private async Task ExecuteAsync(string sql)
    {
        await using var command = _connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync();
    }
}
