using Microsoft.Extensions.Logging;
using Npgsql;

namespace KpsCrm.Data.Maintenance;

/// <summary>
/// A database on the same server in which a dump is tried; gone when it is disposed. Its name has the number of the database it is for, and whoever makes one holds a
/// lock there: what bears such a name while nobody holds the lock was left by one that was killed.
/// </summary>
internal sealed class PostgresScratch : IAsyncDisposable
{
    private const string Turn = "hashtext('kps_scratch')";

    private readonly NpgsqlConnection _held;
    private readonly string _name;

    private PostgresScratch(NpgsqlConnection held, string name) => (_held, _name) = (held, name);

    public string ConnectionString => With(_held.ConnectionString, _name);

    /// <returns>Null, told in the log, where the role may not make databases.</returns>
    public static async Task<PostgresScratch?> MakeAsync(string connectionString, ILogger log, CancellationToken cancellationToken)
    {
        var held = await OpenAsync(connectionString, cancellationToken);
        try
        {
            await RunAsync(held, $"SELECT pg_advisory_lock({Turn})", cancellationToken);
            await DropStaleAsync(held, cancellationToken);
            var name = $"{await PrefixAsync(held, cancellationToken)}{Guid.NewGuid():N}";
            await RunAsync(held, $"CREATE DATABASE {name} TEMPLATE template0", cancellationToken);
            return new(held, name);
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.InsufficientPrivilege)
        {
            await held.DisposeAsync();
            log.LogWarning("The PostgreSQL role {Role} may not create a database, so backups are not proved by restoring them and upgrades are not tried on a copy; ALTER ROLE … CREATEDB lets it", new NpgsqlConnectionStringBuilder(connectionString).Username);
            return null;
        }
        catch
        {
            await held.DisposeAsync();
            throw;
        }
    }

    /// <summary>Drops what one that was killed has left.</summary>
    public static async Task CleanAsync(string connectionString, CancellationToken cancellationToken)
    {
        await using var held = await OpenAsync(connectionString, cancellationToken);
        if ((await ListAsync(held, $"SELECT pg_try_advisory_lock({Turn})::text", cancellationToken))[0] == "true")
            await DropStaleAsync(held, cancellationToken);
    }

    /// <summary>Rows per table. In the order of their names.</summary>
    public static async Task<IReadOnlyDictionary<string, long>> CountAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var counts = new SortedDictionary<string, long>(StringComparer.Ordinal);
        foreach (var table in await ListAsync(connection, "SELECT tablename FROM pg_tables WHERE schemaname = 'public'", cancellationToken))
            counts[table] = long.Parse((await ListAsync(connection, $"SELECT count(*)::text FROM public.\"{table.Replace("\"", "\"\"")}\"", cancellationToken))[0], System.Globalization.CultureInfo.InvariantCulture);
        return counts;
    }

    public static async Task<IReadOnlyList<string>> ListAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var values = new List<string>();
        while (await reader.ReadAsync(cancellationToken))
            values.Add(reader.GetString(0));
        return values;
    }

    public static async Task<NpgsqlConnection> OpenAsync(string connectionString, CancellationToken cancellationToken)
    {
        var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false, PersistSecurityInfo = true }.ToString());
        await connection.OpenAsync(cancellationToken);
        return connection;
    }

    private static async Task DropStaleAsync(NpgsqlConnection held, CancellationToken cancellationToken)
    {
        foreach (var stale in await ListAsync(held, $"SELECT datname::text FROM pg_database WHERE starts_with(datname::text, '{await PrefixAsync(held, cancellationToken)}')", cancellationToken))
            await RunAsync(held, $"DROP DATABASE IF EXISTS {stale} WITH (FORCE)", cancellationToken);
    }

    private static async Task<string> PrefixAsync(NpgsqlConnection held, CancellationToken cancellationToken) =>
        $"kps_scratch_{(await ListAsync(held, "SELECT oid::text FROM pg_database WHERE datname = current_database()", cancellationToken))[0]}_";

    private static async Task RunAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static string With(string connectionString, string database) => new NpgsqlConnectionStringBuilder(connectionString) { Database = database, Pooling = false }.ToString();

    public async ValueTask DisposeAsync()
    {
        await using (_held)
        {
            try
            {
                await RunAsync(_held, $"DROP DATABASE IF EXISTS {_name} WITH (FORCE)", CancellationToken.None);
            }
            catch (Exception e) when (e is NpgsqlException or InvalidOperationException)
            {
                // The server has gone meanwhile; the next start finds it.
            }
        }
    }
}
