using System.CommandLine;
using KpsCrm.Data;
using KpsCrm.Data.Maintenance;
using KpsCrm.Web.Features.Account;

namespace KpsCrm.Web.Maintenance;

/// <summary>The <c>db</c> commands: work on the database without serving. Exit code 0: done, 1: it failed, 2: wrong usage.</summary>
public static class DbCommands
{
    public static async Task<int> RunAsync(string[] args)
    {
        var parsed = Root().Parse(args);
        if (parsed.Errors.Count > 0)
        {
            Console.Error.WriteLine($"{parsed.Errors[^1].Message.TrimEnd('.')}; see --help.");
            return 2;
        }
        return await parsed.InvokeAsync();
    }

    private static RootCommand Root()
    {
        var withoutSample = new Option<bool>("--no-sample") { Description = "Create the schema only" };
        var file = new Argument<string>("file") { Description = "A backup, for example database/backup_2026-11-24.db" };
        var db = new Command("db", "Work on the database.")
        {
            Verb("init", "Create the schema and, in an empty database, the sample data; print a summary.", (app, parsed) => InitAsync(app, !parsed.GetValue(withoutSample)), withoutSample),
            Verb("backup", "Copy the database beside itself, also while the server runs, and verify the copy.", (app, _) => BackupAsync(app)),
            Verb("restore", "Put a backup in the place of the database; the present state is saved first.", (app, parsed) => RestoreAsync(app, parsed.GetValue(file)!), file),
            Verb("check", "Prove that the data is whole.", (app, _) => CheckAsync(app)),
        };
        foreach (var later in new[] { "adopt", "export", "import" })
            db.Add(Verb(later, "Not available yet.", (_, _) => throw new TroubleException($"'db {later}' is not available yet.")));
        return new RootCommand("KPS CRM. Without a command it serves; see --urls.") { db };
    }

    private static Command Verb(string name, string description, Func<WebApplication, ParseResult, Task<int>> run, Symbol? input = null)
    {
        var command = new Command(name, description);
        if (input is Option option)
            command.Add(option);
        if (input is Argument argument)
            command.Add(argument);
        command.SetAction(async (parsed, _) =>
        {
            try
            {
                await using var app = Build();
                return await run(app, parsed);
            }
            catch (Exception e)
            {
                return Trouble.Tell(Trouble.SentenceFor(e) ?? $"It failed: {e.Message.ReplaceLineEndings(" ")}");
            }
        });
        return command;
    }

    /// <summary>The same settings and services as the server's, without its endpoints.</summary>
    private static WebApplication Build()
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddCrmData(builder.Configuration.GetDatabaseOptions(builder.Environment));
        builder.Services.AddSettings(builder.Configuration);
        builder.Services.AddAccount();
        return builder.Build();
    }

    private static async Task<int> InitAsync(WebApplication app, bool withSample)
    {
        var isNew = await app.Services.GetRequiredService<Schema>().MigrateAsync(Zone(app));
        // Everybody knows the demo accounts' password, so they exist in Development only.
        if (withSample && app.Environment.IsDevelopment())
            await DemoAccounts.CreateAsync(app.Services);
        var added = withSample && await app.Services.AddSampleFirmAsync();
        Console.WriteLine(isNew ? "Created the database." : "The database was there already.");
        if (added)
            Console.WriteLine("Added the sample data.");
        Console.WriteLine(await Summary.ReadAsync(app.Services.GetRequiredService<CrmStore>()));
        return 0;
    }

    private static async Task<int> BackupAsync(WebApplication app)
    {
        Tell("Saved", await app.Services.GetRequiredService<Backup>().CreateAsync(Zone(app)));
        return 0;
    }

    private static async Task<int> RestoreAsync(WebApplication app, string file)
    {
        var (saved, restored) = await app.Services.GetRequiredService<Restore>().RunAsync(Path.GetFullPath(file), Zone(app));
        if (saved is not null)
            Console.WriteLine($"The state before is in {saved}.");
        Tell("Restored", restored);
        return 0;
    }

    private static async Task<int> CheckAsync(WebApplication app)
    {
        var findings = await app.Services.GetRequiredService<DatabaseCheck>().RunAsync();
        foreach (var finding in findings)
            Console.Error.WriteLine(finding);
        if (findings.Count == 0)
            Console.WriteLine("The data is whole.");
        return findings.Count == 0 ? 0 : 1;
    }

    private static TimeZoneInfo Zone(WebApplication app) => app.Services.GetRequiredService<CompanyOptions>().Zone;

    private static void Tell(string what, BackupReport report)
    {
        Console.WriteLine($"{what} {report.Path} ({Math.Max(1, report.Bytes / 1024):N0} kB, verified)");
        foreach (var (table, rows) in report.Rows.Where(t => !t.Key.StartsWith("__", StringComparison.Ordinal)))
            Console.WriteLine($"  {table,-24}{rows,10:N0}");
        if (report.Files.Count > 0)
            Console.WriteLine($"  attached files          {report.Files.Count,10:N0}");
        if (report.Files.Missing is { Count: > 0 } missing)
            Console.Error.WriteLine($"{(missing.Count == 1 ? "One attached file is" : $"{missing.Count:N0} attached files are")} missing or damaged, among them {missing[0]}; run 'db check'.");
    }
}
