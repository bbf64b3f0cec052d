using System.CommandLine;
using System.Text;
using KpsCrm.Data;
using KpsCrm.Data.Maintenance;

namespace KpsCrm.Web.Maintenance;

/// <summary><c>db export FOLDER</c> and <c>db import FILE</c>.</summary>
internal static class ExchangeCommands
{
    private const int MostShown = 20;

    public static Command Export()
    {
        var folder = new Argument<string>("folder") { Description = "A new folder, for example export-2026-11-25" };
        return DbCommands.Verb("export", "Write all data as one CSV file per table, also while the server runs.", (app, parsed) => ExportAsync(app, parsed.GetValue(folder)!), folder);
    }

    public static Command Import()
    {
        var file = new Argument<string>("file") { Description = "A CSV file (UTF-8) with the columns' names in its first line, among them name and email" };
        return DbCommands.Verb("import", "Add leads from a CSV file, also while the server runs. Exit code 0: all were added, 1: some were refused.", (app, parsed) => ImportAsync(app, parsed.GetValue(file)!), file);
    }

    private static async Task<int> ExportAsync(WebApplication app, string folder)
    {
        await DemandAsync(app);
        var rows = await app.Services.GetRequiredService<CsvExport>().RunAsync(folder);
        Console.WriteLine($"Exported to {Path.GetFullPath(folder)}; attached files are not in it, 'db backup' has them.");
        foreach (var (table, count) in rows)
            Console.WriteLine($"  {table,-24}{count,10:N0}");
        return 0;
    }

    private static async Task<int> ImportAsync(WebApplication app, string file)
    {
        await DemandAsync(app);
        if (!File.Exists(file))
            throw new TroubleException($"There is no file {file}.");
        try
        {
            var (added, refused) = await LeadImport.RunAsync(app.Services.GetRequiredService<CrmStore>(), app.Services.GetRequiredService<TimeProvider>(), file);
            Console.WriteLine(added == 1 ? "Added 1 lead." : $"Added {added:N0} leads.");
            if (refused.Count == 0)
                return 0;
            var list = $"{Path.GetFullPath(file)}.refused.csv";
            await File.WriteAllLinesAsync(list, refused.Select(r => $"{r.Line},{Csv.Cell(r.Reason)}").Prepend("line,reason"), new UTF8Encoding(true));
            foreach (var (line, reason) in refused.Take(MostShown))
                Console.Error.WriteLine($"Line {line}: {reason}");
            Console.Error.WriteLine($"Refused: {refused.Count:N0}; each line with its reason is in {list}.");
            return 1;
        }
        catch (DecoderFallbackException)
        {
            throw new TroubleException($"{file} is no UTF-8 text; save it as CSV UTF-8. What was added before the first such line stays, and is not added twice.");
        }
    }

    /// <summary>A command must not make an empty database where somebody mistyped its place.</summary>
    private static async Task DemandAsync(WebApplication app)
    {
        var database = app.Services.GetRequiredService<DatabaseOptions>();
        if (database.Provider == DatabaseProvider.Sqlite && await SqliteFile.DemandOursAsync(database.Path, "The database", SqliteFile.KnownMigrations(), default) is null)
            throw new TroubleException($"There is no database at {database.Path} yet; create it with 'db init'.");
    }
}
