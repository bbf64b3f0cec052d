using System.CommandLine;
using System.Data.Common;
using KpsCrm.Data;
using KpsCrm.Data.Maintenance;
using KpsCrm.Data.Security;
using KpsCrm.Web.Features.Account;
using KpsCrm.Web.Features.Audit;
using KpsCrm.Web.Features.Backups;
using KpsCrm.Web.Features.Health;
using KpsCrm.Web.Features.Mail;
using KpsCrm.Web.Live;
using KpsCrm.Web.Site;

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
        var email = new Argument<string>("email") { Description = "With which the person signs in" };
        var repair = new Option<bool>("--repair") { Description = "Set right what is safe; nothing is invented or deleted" };
        var json = new Option<bool>("--json") { Description = "Print the findings as JSON" };
        var db = new Command("db", "Work on the database.")
        {
            Verb("init", "Create the schema and, in an empty database, the sample data; print a summary.", (app, parsed) => InitAsync(app, !parsed.GetValue(withoutSample)), withoutSample),
            Verb("backup", "Copy the database beside itself, also while the server runs, and verify the copy.", (app, _) => BackupAsync(app)),
            Verb("restore", "Put a backup in the place of the database; the present state is saved first.", (app, parsed) => RestoreAsync(app, parsed.GetValue(file)!), file),
            Verb("check", "Prove that the data is whole, also while the server runs. Exit code 0: it is, 1: something remains to be done.", (app, parsed) => CheckCommand.RunAsync(app, parsed.GetValue(repair), parsed.GetValue(json)), repair, json),
            Verb("let-in", "Take the second factor off an account and print a link for a new password: for an admin who lost both.", (app, parsed) => LetIn.RunAsync(app, parsed.GetValue(email)!), email),
        };
        db.Add(AdoptCommand.Make());
        db.Add(ExchangeCommands.Export());
        db.Add(ExchangeCommands.Import());
        db.Add(RecoveryCommands.Unseal());
        db.Add(RecoveryCommands.Restored());
        return new RootCommand("KPS CRM. Without a command it serves; see --urls.") { db };
    }

    internal static Command Verb(string name, string description, Func<WebApplication, ParseResult, Task<int>> run, params Symbol[] inputs)
    {
        var command = new Command(name, description);
        foreach (var option in inputs.OfType<Option>())
            command.Add(option);
        foreach (var argument in inputs.OfType<Argument>())
            command.Add(argument);
        command.SetAction(async (parsed, _) =>
        {
            try
            {
                await using var app = Build();
                if (Restore.SetAsideStrangersLog(app.Services.GetRequiredService<DatabaseOptions>()) is { } aside)
                    Console.Error.WriteLine($"The database was put there from elsewhere; what its predecessor left beside it was set aside as {aside}.");
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
        builder.Services.AddLive();
        builder.Services.AddSite();
        builder.Services.AddAccount();
        builder.Services.AddMailSettings();
        builder.Services.AddBackupSettings();
        builder.Services.AddSingleton<MaintenanceTrail>();
        builder.Services.AddHealthSettings();
        builder.Services.AddFigureCheck();
        return builder.Build();
    }

    private static async Task<int> InitAsync(WebApplication app, bool withSample)
    {
        var isNew = await app.Services.GetRequiredService<Schema>().MigrateAsync(Zone(app));
        if (isNew)
            await app.Services.GetRequiredService<AuditCheck>().BeganAnewAsync();
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
        BackupReport report;
        try
        {
            report = await app.Services.GetRequiredService<Backup>().CreateAsync(await WishAsync(app));
        }
        catch (TroubleException e)
        {
            await RingAsync(app, e.Message);
            throw;
        }
        await app.Services.GetRequiredService<MaintenanceTrail>().BackedUpAsync(report);
        if (report.SecondProblem is { } lacking)
            await RingAsync(app, lacking);
        Tell("Saved", report);
        if (report.SecondPath is { } second)
            Console.WriteLine($"A second one is in {second}.");
        return report.SecondProblem is { } problem ? Trouble.Tell(problem) : report.Note.Problem is { } doubt ? Trouble.Tell($"It could not be brought to the present schema ({doubt}).") : 0;
    }

    /// <summary>A command that a timer runs fails where nobody looks.</summary>
    private static async Task RingAsync(WebApplication app, string sentence)
    {
        var database = app.Services.GetRequiredService<DatabaseOptions>();
        if (database.Provider == DatabaseProvider.Sqlite && !File.Exists(database.Path))
            return;
        await app.Services.GetRequiredService<MaintenanceTrail>().BackupFailedAsync(sentence);
        await app.Services.GetRequiredService<BackupAlarm>().FailedAsync(sentence, BackupFile.In(database.Folder).Where(b => b.IsProved).MaxBy(b => b.MadeAt));
    }

    /// <summary>As it was chosen on the page. A file of an earlier version, or one that is damaged, has no choices that can be read: then what the configuration says.</summary>
    private static async Task<BackupWish> WishAsync(WebApplication app)
    {
        var wish = new BackupWish(Zone(app), BackupCause.Command);
        var defaults = app.Services.GetRequiredService<BackupOptions>();
        try
        {
            var choices = await app.Services.GetRequiredService<CrmStore>().ReadAsync(Actor.System, view => BackupChoices.ReadAsync(view, defaults));
            return wish with { SecondFolder = choices.SecondFolder, Passphrase = await app.Services.GetRequiredService<BackupPassphrase>().ReadAsync() };
        }
        catch (DbException)
        {
            return wish with { SecondFolder = defaults.Folder, Passphrase = string.IsNullOrEmpty(defaults.Passphrase) ? null : defaults.Passphrase };
        }
    }

    private static async Task<int> RestoreAsync(WebApplication app, string file)
    {
        var wish = new RestoreWish(Path.GetFullPath(file), Zone(app))
        {
            Passphrases = await app.Services.GetRequiredService<BackupPassphrase>().ForRestoreAsync(null, Restore.MayOpenPresent(app.Services.GetRequiredService<DatabaseOptions>())),
            WhenDone = saved => app.Services.GetRequiredService<MaintenanceTrail>().RestoredAsync(file, saved),
        };
        var (saved, restored) = await app.Services.GetRequiredService<Restore>().RunAsync(wish);
        if (saved is not null)
            Console.WriteLine($"The state before is in {saved}.");
        Tell("Restored", restored);
        return 0;
    }

    private static TimeZoneInfo Zone(WebApplication app) => app.Services.GetRequiredService<CompanyOptions>().Zone;

    private static void Tell(string what, BackupReport report)
    {
        Console.WriteLine($"{what} {report.Path} ({Math.Max(1, report.Bytes / 1024):N0} kB, {(report.Note.Problem is null ? "proved" : "sound")})");
        foreach (var (table, rows) in report.Rows.Where(t => !t.Key.StartsWith("__", StringComparison.Ordinal)))
            Console.WriteLine($"  {table,-24}{rows,10:N0}");
        if (report.Files.Count > 0)
            Console.WriteLine($"  attached files          {report.Files.Count,10:N0}");
        if (report.Files.Missing is { Count: > 0 } missing)
            Console.Error.WriteLine($"{(missing.Count == 1 ? "One attached file is" : $"{missing.Count:N0} attached files are")} missing or damaged, among them {missing[0]}; run 'db check'.");
    }
}
