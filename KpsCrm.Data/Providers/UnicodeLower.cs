using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace KpsCrm.Data.Providers;

/// <summary>Gives SQLite's connections the lower case it lacks.</summary>
internal sealed class UnicodeLower : DbConnectionInterceptor
{
    public const string Function = "unicode_lower";

    public static UnicodeLower Instance { get; } = new();

    public static void AddTo(DbConnection connection) =>
        ((SqliteConnection)connection).CreateFunction(Function, (string? text) => text?.ToLowerInvariant(), isDeterministic: true);

    public override void ConnectionOpened(DbConnection connection, ConnectionEndEventData eventData) => AddTo(connection);

    public override Task ConnectionOpenedAsync(DbConnection connection, ConnectionEndEventData eventData, CancellationToken cancellationToken = default)
    {
        AddTo(connection);
        return Task.CompletedTask;
    }
}
