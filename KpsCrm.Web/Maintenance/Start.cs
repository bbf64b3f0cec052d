using KpsCrm.Data;
using KpsCrm.Data.Maintenance;
using KpsCrm.Web.Features.Account;
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
            return builder;
        }
        catch (Exception e) when (Trouble.SentenceFor(e) is { } sentence)
        {
            Trouble.Tell(sentence);
            return null;
        }
    }

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

            var isNew = await app.Services.GetRequiredService<Schema>().MigrateAsync(app.Services.GetRequiredService<CompanyOptions>().Zone);
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
            await app.RunAsync();
            return 0;
        }
        catch (Exception e) when (Trouble.SentenceFor(e) is { } sentence)
        {
            return Trouble.Tell(sentence);
        }
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
