using System.Net;
using System.Net.Sockets;
using KpsCrm.Data;
using KpsCrm.Data.Maintenance;
using KpsCrm.Data.Security;
using KpsCrm.Web.Features.Account;
using KpsCrm.Web.Features.Audit;
using Microsoft.Extensions.Options;

namespace KpsCrm.Web.Maintenance;

/// <summary>The steps of a start at which something outside can be wrong; each says so in a sentence instead of failing with a stack trace.</summary>
public static class Start
{
    /// <summary>Null, told on stderr, when a settings file or the database settings can't be read.</summary>
    public static WebApplicationBuilder? CreateBuilder(string[] args)
    {
        try
        {
            var builder = WebApplication.CreateBuilder(args);
            _ = builder.Configuration.GetDatabaseOptions(builder.Environment);
            TrustedProxies.Demand(builder.Configuration);
            CrmLog.Demand(builder.Configuration);
            DemandAddresses(builder.Configuration);
            return builder;
        }
        catch (Exception e) when (Trouble.SentenceFor(e) is { } sentence)
        {
            Trouble.Tell(sentence);
            return null;
        }
    }

    /// <summary>Before anything has started that would have to be stopped again, which takes time on a busy machine and can fail in turn.</summary>
    private static void DemandAddresses(IConfiguration configuration)
    {
        foreach (var url in Addresses(configuration))
            BindingAddress.Parse(url);
    }

    private static void DemandFree(IConfiguration configuration)
    {
        foreach (var url in Addresses(configuration))
        {
            var address = BindingAddress.Parse(url);
            if (address.Port == 0 || address.IsUnixPipe || address.IsNamedPipe)
                continue;
            try
            {
                using var probe = new TcpListener(IPAddress.TryParse(address.Host.Trim('[', ']'), out var ip) ? ip : address.Host == "localhost" ? IPAddress.Loopback : IPAddress.Any, address.Port);
                probe.Start();
            }
            catch (SocketException e) when (e.SocketErrorCode == SocketError.AddressAlreadyInUse)
            {
                throw new TroubleException($"The address {url} is already in use; stop the program that listens there, or choose another with --urls.", e);
            }
        }
    }

    private static string[] Addresses(IConfiguration configuration) =>
        configuration[WebHostDefaults.ServerUrlsKey]?.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];

    /// <summary>Checks every setting, takes the data folder, creates or upgrades the database; in Development also people and sample data.</summary>
    /// <returns>False, told on stderr, when the program can't start.</returns>
    public static async Task<bool> PrepareAsync(this WebApplication app)
    {
        try
        {
            app.Services.GetService<IStartupValidator>()?.Validate();
            var database = app.Services.GetRequiredService<DatabaseOptions>();
            if (database.Provider == DatabaseProvider.Sqlite)
                app.TakeDataLock(database);

            var zone = app.Services.GetRequiredService<CompanyOptions>().Zone;
            var ended = Restore.Recover(database);
            var adoption = app.Services.GetRequiredService<Adoption>();
            var isAdopted = adoption.IsWaiting;
            if (isAdopted)
                await adoption.RunAsync(database.Path, zone, null, Console.WriteLine);
            var isNew = await app.Services.GetRequiredService<Schema>().MigrateAsync(zone, isAlone: true);
            if (isNew || isAdopted)
                await app.Services.GetRequiredService<AuditCheck>().BeganAnewAsync();
            if (ended is not null)
                await app.TellAsync(ended);
            if (app.Environment.IsDevelopment())
                await DemoAccounts.CreateAsync(app.Services);
            if (isNew && (database.SampleData ?? app.Environment.IsDevelopment()))
                await app.Services.AddSampleFirmAsync();
            return true;
        }
        catch (Exception e) when (Trouble.SentenceFor(e) is { } sentence)
        {
            Trouble.Tell(sentence);
            await app.DisposeAsync();
            return false;
        }
    }

    /// <returns>The exit code.</returns>
    public static async Task<int> ServeAsync(this WebApplication app)
    {
        try
        {
            DemandFree(app.Configuration);
            await app.RunAsync();
            return 0;
        }
        catch (Exception e) when (Trouble.SentenceFor(e) is { } sentence)
        {
            await app.DisposeAsync();
            return Trouble.Tell(sentence);
        }
    }

    private static async Task TellAsync(this WebApplication app, EndedRestore ended)
    {
        app.Services.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(Start)).LogWarning("{Sentence}", ended.Sentence);
        if (ended.DoneFrom is { } from)
            await app.Services.GetRequiredService<MaintenanceTrail>().RestoredAsync(from, ended.Saved);
    }

    private static void TakeDataLock(this WebApplication app, DatabaseOptions database)
    {
        SqliteFile.DemandFolder(database.Path);
        app.Services.GetRequiredService<HeldDataLock>().Take(database.Path);
    }
}

/// <summary>Holds the data folder until the services go.</summary>
public sealed class HeldDataLock : IDisposable
{
    private DataLock? _lock;

    public void Take(string path) => _lock = DataLock.Take(path);

    public void Dispose() => _lock?.Dispose();
}
