using KpsCrm.Data.Maintenance.Checks;
using KpsCrm.Data.Security;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;

namespace KpsCrm.Data.Maintenance;

/// <summary>The new file as the program itself sees it, before it is the database: its audit trail begins, everything is checked, and it lies on the disk for good.</summary>
internal static class AdoptionEnd
{
    public static async Task RunAsync(AdoptionNames names, TimeProvider clock, object told, Action<string> tell, CancellationToken cancellationToken)
    {
        await using (var services = new ServiceCollection().AddLogging().AddSingleton(clock).AddCrmData(new DatabaseOptions { Path = names.New }).BuildServiceProvider())
        {
            await services.GetRequiredService<CrmStore>().WriteAsync(Actor.System, db =>
            {
                db.Audit(SecurityEvents.Adopted, details: told, severity: SecuritySeverity.Warning);
                return Task.CompletedTask;
            }, cancellationToken);
            // Not the text index, which was made from these very rows a moment ago: comparing a million takes longer than all the rest.
            var parts = services.GetServices<IDataCheck>().Where(p => p is not SearchCheck);
            if (await ActivatorUtilities.CreateInstance<DatabaseCheck>(services, parts).RunAsync(new Parts(tell), cancellationToken) is { Findings: [var first, ..] })
                throw new TroubleException($"The adopted file is not whole, so it was thrown away and nothing was changed: {first.Sentence}");
        }
        SqliteConnection.ClearAllPools();

        using (var file = LegacyFile.Open(names.New))
            LegacyFile.All(file, "PRAGMA journal_mode = DELETE");
        Durable.FlushFile(names.New);
    }

    private sealed class Parts(Action<string> tell) : IProgress<CheckProgress>
    {
        public void Report(CheckProgress value)
        {
            if (value.Part.Length > 0)
                tell($"Checking: {value.Part.ToLowerInvariant()}.");
        }
    }
}
