using System.Data;
using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace KpsCrm.Data.Maintenance;

/// <summary>The server's own tools, where they are on this machine: <c>pg_dump</c> makes the backup, <c>pg_restore</c> puts it into a scratch database, or reads its list.</summary>
internal static class PostgresDump
{
    public const string Missing = "This database is on PostgreSQL, and pg_dump is not on this machine: install the PostgreSQL client, name its folder in Database__ServerTools, or rely on the server's own backups.";

    public static bool IsThere(DatabaseOptions options) => Find("pg_dump", options) is not null && Find("pg_restore", options) is not null;

    /// <returns>What was in the database at that moment.</returns>
    /// <exception cref="TroubleException">There is no dump; the message says why.</exception>
    public static async Task<DumpedRows> MakeAsync(DatabaseOptions options, string target, CancellationToken cancellationToken)
    {
        // One snapshot for the dump and for what it is compared with: people go on working.
        await using var connection = await PostgresScratch.OpenAsync(options.ConnectionString!, cancellationToken);
        await using var moment = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken);
        var snapshot = (await PostgresScratch.ListAsync(connection, "SELECT pg_export_snapshot()", cancellationToken))[0];
        await RunAsync("pg_dump", options, options.ConnectionString!, ["--format=custom", "--no-owner", "--no-privileges", $"--snapshot={snapshot}", $"--file={target}"],
            error => $"pg_dump failed ({error}); there is no backup.", cancellationToken);
        Durable.FlushFile(target);
        var hasChain = await PostgresScratch.ListAsync(connection, "SELECT tablename::text FROM pg_tables WHERE tablename = 'security_chain'", cancellationToken) is [_];
        return new(await PostgresScratch.CountAsync(connection, cancellationToken),
            await PostgresScratch.ListAsync(connection, "SELECT migration_id FROM \"__EFMigrationsHistory\" ORDER BY 1", cancellationToken),
            hasChain && await PostgresScratch.ListAsync(connection, "SELECT genesis FROM security_chain", cancellationToken) is [var genesis, ..] ? genesis : "-");
    }

    /// <summary>Restored into a scratch database its rows are counted and compared, and where it has an earlier schema it is brought to the present one there.</summary>
    /// <exception cref="TroubleException">It would not bring everything back; the message says why.</exception>
    public static async Task<Proof> ProveAsync(DatabaseOptions options, string dump, string files, DumpedRows rows, ILogger log, CancellationToken cancellationToken)
    {
        var list = await RunAsync("pg_restore", options, null, ["--list", dump], error => $"The backup can't be read back ({error}); there is none.", cancellationToken);
        foreach (var table in new[] { "leads", "clients", "deals", "users", "security_logs" })
        {
            if (!list.Contains($"TABLE DATA public {table} ", StringComparison.Ordinal))
                throw new TroubleException($"The backup lacks the table {table}; there is none.");
        }
        var count = Directory.Exists(files) ? Directory.EnumerateFiles(files, "*", SearchOption.AllDirectories).Count() : 0;
        var report = new FilesReport(count, DiskSpace.SizeOfFolder(files), []);
        await using var scratch = await PostgresScratch.MakeAsync(options.ConnectionString!, log, cancellationToken);
        if (scratch is null)
            return new(new Dictionary<string, long>(), report, rows.Migrations.LastOrDefault(), rows.Of, null);

        await RunAsync("pg_restore", options, scratch.ConnectionString, ["--no-owner", "--no-privileges", "--exit-on-error", dump], error => $"The backup can't be restored ({error}); there is none.", cancellationToken);
        await using var restored = await PostgresScratch.OpenAsync(scratch.ConnectionString, cancellationToken);
        if (!(await PostgresScratch.CountAsync(restored, cancellationToken)).SequenceEqual(rows.Rows))
            throw new TroubleException("The backup lacks rows, so it was thrown away; try again.");
        return new(rows.Rows, report, rows.Migrations.LastOrDefault(), rows.Of, await TryUpgradeAsync(restored, scratch.ConnectionString, rows, cancellationToken));
    }

    /// <returns>Why it can't be brought to the present schema without losing a row; null when it can.</returns>
    private static async Task<string?> TryUpgradeAsync(NpgsqlConnection restored, string connectionString, DumpedRows rows, CancellationToken cancellationToken)
    {
        try
        {
            await PostgresUpgrade.RunAsync(connectionString, cancellationToken);
            BackupProof.DemandSame(rows.Rows, await PostgresScratch.CountAsync(restored, cancellationToken));
            return null;
        }
        catch (Exception e) when (e is NpgsqlException or InvalidOperationException or TroubleException)
        {
            return e.Message.ReplaceLineEndings(" ").TrimEnd('.');
        }
    }

    /// <param name="database">Null where the tool needs none.</param>
    /// <returns>What it said.</returns>
    private static async Task<string> RunAsync(string program, DatabaseOptions options, string? database, string[] arguments, Func<string, string> trouble, CancellationToken cancellationToken)
    {
        var server = database is null ? null : new NpgsqlConnectionStringBuilder(database);
        string[] where = server is null ? [] : [$"--host={server.Host}", $"--port={server.Port}", .. server.Username is { } user ? new[] { $"--username={user}" } : [], "--no-password", $"--dbname={server.Database}"];
        var (code, said, error) = await RunAsync(Find(program, options) ?? throw new TroubleException(Missing), server, [.. where, .. arguments], cancellationToken);
        return code == 0 ? said : throw new TroubleException(trouble(FirstLine(error)));
    }

    private static async Task<(int Code, string Out, string Error)> RunAsync(string program, NpgsqlConnectionStringBuilder? server, string[] arguments, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        // Not among the arguments, which everybody on the machine can read.
        if (server?.Password is { } password)
            start.Environment["PGPASSWORD"] = password;
        using var process = Process.Start(start)!;
        try
        {
            var (output, error) = (process.StandardOutput.ReadToEndAsync(cancellationToken), process.StandardError.ReadToEndAsync(cancellationToken));
            await process.WaitForExitAsync(cancellationToken);
            return (process.ExitCode, await output, await error);
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            throw;
        }
    }

    /// <summary>In the folder of the settings, else the newest there is: an older one refuses a newer server.</summary>
    private static string? Find(string program, DatabaseOptions options)
    {
        var name = OperatingSystem.IsWindows() ? $"{program}.exe" : program;
        const string Debian = "/usr/lib/postgresql";
        var installed = Directory.Exists(Debian) ? Directory.GetDirectories(Debian).OrderByDescending(d => int.TryParse(Path.GetFileName(d), out var version) ? version : 0).Select(d => Path.Combine(d, "bin")) : [];
        var folders = string.IsNullOrWhiteSpace(options.ServerTools) ? installed.Concat((Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)) : [options.ServerTools];
        return folders.Where(f => f.Length > 0).Select(f => Path.Combine(f, name)).FirstOrDefault(File.Exists);
    }

    private static string FirstLine(string text) => text.Trim().Split('\n')[0].Trim() is { Length: > 0 } line ? line.TrimEnd('.') : "no reason given";
}

/// <summary>What a dump has in it.</summary>
/// <param name="Rows">Per table.</param>
/// <param name="Migrations">In their order.</param>
/// <param name="Of">As in <see cref="BackupNote.Of"/>.</param>
internal sealed record DumpedRows(IReadOnlyDictionary<string, long> Rows, IReadOnlyList<string> Migrations, string Of);
