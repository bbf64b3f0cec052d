using System.Diagnostics;
using Npgsql;

namespace KpsCrm.Data.Maintenance;

/// <summary>The server's own tools, where they are on this machine: <c>pg_dump</c> makes the backup, <c>pg_restore --list</c> reads it back.</summary>
internal static class PostgresDump
{
    public const string Missing = "This database is on PostgreSQL, and pg_dump is not on this machine: install the PostgreSQL client, or rely on the server's own backups.";

    public static bool IsThere => Find("pg_dump") is not null && Find("pg_restore") is not null;

    /// <exception cref="TroubleException">There is no dump; the message says why.</exception>
    public static async Task MakeAsync(string connectionString, string target, CancellationToken cancellationToken)
    {
        var server = new NpgsqlConnectionStringBuilder(connectionString);
        var (code, _, error) = await RunAsync(Find("pg_dump") ?? throw new TroubleException(Missing), server,
            ["--format=custom", "--no-owner", "--no-privileges", $"--file={target}", $"--host={server.Host}", $"--port={server.Port}", .. server.Username is { } user ? new[] { $"--username={user}" } : [], "--no-password", $"--dbname={server.Database}"], cancellationToken);
        if (code != 0 || !File.Exists(target))
            throw new TroubleException($"pg_dump failed ({FirstLine(error)}); there is no backup.");
        Durable.FlushFile(target);
    }

    /// <exception cref="TroubleException">It can't be read back.</exception>
    public static async Task<Proof> ProveAsync(string dump, string files, string of, CancellationToken cancellationToken)
    {
        var (code, list, error) = await RunAsync(Find("pg_restore") ?? throw new TroubleException(Missing), null, ["--list", dump], cancellationToken);
        if (code != 0)
            throw new TroubleException($"The backup can't be read back ({FirstLine(error)}); there is none.");
        foreach (var table in new[] { "leads", "clients", "deals", "users", "security_logs" })
        {
            if (!list.Contains($"TABLE DATA public {table} ", StringComparison.Ordinal))
                throw new TroubleException($"The backup lacks the table {table}; there is none.");
        }
        var count = Directory.Exists(files) ? Directory.EnumerateFiles(files, "*", SearchOption.AllDirectories).Count() : 0;
        return new(new Dictionary<string, long>(), new(count, DiskSpace.SizeOfFolder(files), []), null, of, null);
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

    /// <summary>The newest there is: an older one refuses a newer server.</summary>
    private static string? Find(string program)
    {
        var name = OperatingSystem.IsWindows() ? $"{program}.exe" : program;
        const string Debian = "/usr/lib/postgresql";
        var installed = Directory.Exists(Debian) ? Directory.GetDirectories(Debian).OrderByDescending(d => int.TryParse(Path.GetFileName(d), out var version) ? version : 0).Select(d => Path.Combine(d, "bin")) : [];
        return installed.Concat((Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)).Where(f => f.Length > 0).Select(f => Path.Combine(f, name)).FirstOrDefault(File.Exists);
    }

    private static string FirstLine(string text) => text.Trim().Split('\n')[0].Trim() is { Length: > 0 } line ? line.TrimEnd('.') : "no reason given";
}
