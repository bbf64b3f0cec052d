using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace KpsCrm.Web.Tests.Support;

/// <summary>A private PostgreSQL cluster, started once per test run and thrown away with it.</summary>
public static class PostgresServer
{
    private static readonly Lazy<Task<string>> Started = new(async () => (await StartOwnAsync()).Connection);

    /// <summary>A connection string to a new database, copied from <paramref name="template"/> when one is given.</summary>
    public static async Task<string> CreateDatabaseAsync(string? template = null)
    {
        var server = await Started.Value;
        var name = $"kps_{Guid.NewGuid():N}";
        await ExecuteAsync(server, $"CREATE DATABASE {name} {(template is null ? "" : $"TEMPLATE {template}")}");
        return new NpgsqlConnectionStringBuilder(server) { Database = name, MaxPoolSize = 20 }.ToString();
    }

    public static async Task DropDatabaseAsync(string connectionString)
    {
        await using (var pool = new NpgsqlConnection(connectionString))
            NpgsqlConnection.ClearPool(pool);
        await ExecuteAsync(await Started.Value, $"DROP DATABASE IF EXISTS {new NpgsqlConnectionStringBuilder(connectionString).Database} WITH (FORCE)");
    }

    public static async Task ExecuteAsync(string connectionString, string sql)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>One that a test may do to what it likes.</summary>
    public static async Task<OwnServer> StartOwnAsync()
    {
        var bin = Find() ?? throw new InvalidOperationException("PostgreSQL's server programs (initdb, pg_ctl) are missing; install them (Debian: apt-get install postgresql) or put them on PATH.");
        var folder = Directory.CreateTempSubdirectory("kps-pg-").FullName;
        var port = FreePort();

        // PostgreSQL refuses to run as root; there it runs as the account its package made.
        var root = Environment.UserName == "root";
        if (root)
            await RunAsync("chown", "postgres", folder);
        Task AsOwner(params string[] command) => root ? RunAsync("runuser", ["-u", "postgres", "--", .. command]) : RunAsync(command[0], command[1..]);

        await AsOwner($"{bin}/initdb", "-D", $"{folder}/data", "-A", "trust", "-U", "postgres", "-E", "UTF8", "--no-sync");
        AppDomain.CurrentDomain.ProcessExit += (_, _) => AsOwner($"{bin}/pg_ctl", "-D", $"{folder}/data", "-m", "immediate", "stop").ContinueWith(_ => { }, TaskScheduler.Default).Wait(TimeSpan.FromSeconds(10));
        await AsOwner($"{bin}/pg_ctl", "-D", $"{folder}/data", "-w", "-l", $"{folder}/log", "-o", $"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder} -c fsync=off -c max_connections=300", "start");
        return new($"Host=127.0.0.1;Port={port};Username=postgres;Database=postgres", folder, command => AsOwner([$"{bin}/pg_ctl", "-D", $"{folder}/data", "-w", .. command]));
    }

    public sealed record OwnServer(string Connection, string Folder, Func<string[], Task> PgCtl) : IAsyncDisposable
    {
        public Task ControlAsync(params string[] command) => PgCtl([.. command, "-l", $"{Folder}/log"]);

        /// <summary>To the server and every process of it.</summary>
        public async Task SignalAsync(string name)
        {
            var first = (await File.ReadAllLinesAsync($"{Folder}/data/postmaster.pid"))[0];
            foreach (var pid in Directory.GetDirectories("/proc").Select(d => Path.GetFileName(d)).Where(d => int.TryParse(d, out _) && ParentOf(d) == first).Append(first))
                await RunAsync("kill", $"-{name}", pid);
        }

        public async ValueTask DisposeAsync()
        {
            await PgCtl(["-m", "immediate", "stop"]);
            Directory.Delete(Folder, recursive: true);
        }

        private static string? ParentOf(string pid)
        {
            try
            {
                return File.ReadAllText($"/proc/{pid}/stat").Split(") ")[^1].Split(' ')[1];
            }
            catch (IOException)
            {
                // It has ended meanwhile.
                return null;
            }
        }
    }

    private static string? Find() =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .Concat(Directory.Exists("/usr/lib/postgresql") ? Directory.GetDirectories("/usr/lib/postgresql").OrderDescending().Select(d => $"{d}/bin") : [])
            .FirstOrDefault(folder => File.Exists(Path.Combine(folder, "initdb")) && File.Exists(Path.Combine(folder, "postgres")));

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static async Task RunAsync(string program, params string[] arguments)
    {
        // pg_ctl hands its output on to the server it starts, so pipes would never end; a file would do, nothing is simpler.
        using var process = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", "exec \"$@\" >/dev/null 2>&1", "sh", program, .. arguments]) { WorkingDirectory = "/" })!;
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}.");
    }
}
