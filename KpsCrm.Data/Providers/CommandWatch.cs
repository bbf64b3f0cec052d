using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.Logging;

namespace KpsCrm.Data.Providers;

/// <summary>
/// Counts the database commands, and names those that take long: by whom they were asked and how they read, never with what. The few statements written
/// by hand for enquiries (<see cref="CrmDbContext.CommandFor"/>) do not pass here; the time their write takes does.
/// </summary>
internal sealed class CommandWatch(Meters meters, int slowMilliseconds, ILogger<CommandWatch> log) : DbCommandInterceptor
{
    private const int MostOfSql = 1_000;

    public override DbDataReader ReaderExecuted(DbCommand command, CommandExecutedEventData eventData, DbDataReader result)
    {
        Began(eventData);
        return result;
    }

    public override ValueTask<DbDataReader> ReaderExecutedAsync(DbCommand command, CommandExecutedEventData eventData, DbDataReader result, CancellationToken cancellationToken = default)
    {
        Began(eventData);
        return new(result);
    }

    /// <summary>SQLite works while its rows are read, so a question is over when its reader goes.</summary>
    public override InterceptionResult DataReaderDisposing(DbCommand command, DataReaderDisposingEventData eventData, InterceptionResult result)
    {
        Ended(command, eventData.Context as CrmDbContext, eventData.Duration + ((eventData.Context as CrmDbContext)?.UntilFirstRow ?? TimeSpan.Zero));
        return result;
    }

    public override int NonQueryExecuted(DbCommand command, CommandExecutedEventData eventData, int result)
    {
        Ended(command, eventData.Context as CrmDbContext, eventData.Duration);
        return result;
    }

    public override ValueTask<int> NonQueryExecutedAsync(DbCommand command, CommandExecutedEventData eventData, int result, CancellationToken cancellationToken = default) => new(NonQueryExecuted(command, eventData, result));

    public override object? ScalarExecuted(DbCommand command, CommandExecutedEventData eventData, object? result)
    {
        Ended(command, eventData.Context as CrmDbContext, eventData.Duration);
        return result;
    }

    public override ValueTask<object?> ScalarExecutedAsync(DbCommand command, CommandExecutedEventData eventData, object? result, CancellationToken cancellationToken = default) => new(ScalarExecuted(command, eventData, result));

    private static void Began(CommandExecutedEventData executed)
    {
        if (executed.Context is CrmDbContext db)
            db.UntilFirstRow = executed.Duration;
    }

    private void Ended(DbCommand command, CrmDbContext? db, TimeSpan took)
    {
        meters.CommandSeconds.Record(took.TotalSeconds);
        if (took.TotalMilliseconds >= slowMilliseconds)
            log.LogWarning("Slow database command: {Milliseconds} ms in {Asker}: {Sql}", (long)took.TotalMilliseconds, AskerOf(db?.Asker), InOneLine(command.CommandText));
    }

    /// <summary>Of a long one the end tells more than the list of columns.</summary>
    private static string InOneLine(string sql) => (sql.Length > MostOfSql ? $"{sql[..(MostOfSql / 4)]} … {sql[^(MostOfSql * 3 / 4)..]}" : sql).ReplaceLineEndings(" ");

    /// <summary>The question's name, or the class of the command.</summary>
    private static string AskerOf(object? asker)
    {
        if (asker is not Delegate act)
            return asker?.GetType().Name ?? "the program itself";
        var type = act.Method.DeclaringType;
        while (type is { DeclaringType: { } outer } && type.Name.StartsWith('<'))
            type = outer;
        return type?.Name ?? act.Method.Name;
    }
}
