using System.CommandLine;
using KpsCrm.Data;
using KpsCrm.Data.Maintenance;
using KpsCrm.Data.Security;

namespace KpsCrm.Web.Maintenance;

/// <summary><c>db adopt FILE</c>: brings a database of the older system over.</summary>
internal static class AdoptCommand
{
    public static Command Make()
    {
        var file = new Argument<string>("file") { Description = "The older system's kps_crm.db; it stays as it is" };
        var report = new Option<string?>("--report") { Description = "Where the report goes; beside the database if not named" };
        return DbCommands.Verb("adopt", "Bring a database of the older system over into a new one.", (app, parsed) => RunAsync(app, parsed.GetValue(file)!, parsed.GetValue(report)), file, report);
    }

    private static async Task<int> RunAsync(WebApplication app, string file, string? report)
    {
        var database = app.Services.GetRequiredService<DatabaseOptions>();
        if (database.Provider == DatabaseProvider.Sqlite)
            SqliteFile.DemandFolder(database.Path);
        using var alone = database.Provider == DatabaseProvider.Sqlite ? DataLock.Take(database.Path) : null;
        await app.Services.GetRequiredService<Adoption>().RunAsync(file, app.Services.GetRequiredService<CompanyOptions>().Zone, report, Console.WriteLine);
        await app.Services.GetRequiredService<AuditCheck>().BeganAnewAsync();
        return 0;
    }
}
