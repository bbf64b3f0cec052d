using KpsCrm.Data.Providers;
using Microsoft.EntityFrameworkCore;

namespace KpsCrm.Data.Maintenance;

/// <summary>Creates the schema and brings it up to date.</summary>
public sealed class Schema(IProvider provider, DatabaseOptions options)
{
    /// <returns>Whether the schema was created just now, that is, nothing was there before.</returns>
    public async Task<bool> MigrateAsync(CancellationToken cancellationToken = default)
    {
        if (options.Provider == DatabaseProvider.Sqlite && Path.GetDirectoryName(options.Path) is { Length: > 0 } folder)
            Directory.CreateDirectory(folder);
        await using var db = provider.OpenForIdentity();
        var isNew = !(await db.Database.GetAppliedMigrationsAsync(cancellationToken)).Any();
        await db.Database.MigrateAsync(cancellationToken);
        return isNew;
    }
}
