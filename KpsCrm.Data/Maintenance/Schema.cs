using KpsCrm.Data.Providers;
using Microsoft.EntityFrameworkCore;

namespace KpsCrm.Data.Maintenance;

/// <summary>Creates the schema and brings it up to date.</summary>
public sealed class Schema(IProvider provider)
{
    public async Task MigrateAsync(CancellationToken cancellationToken = default)
    {
        await using var db = provider.OpenForIdentity();
        await db.Database.MigrateAsync(cancellationToken);
    }
}
