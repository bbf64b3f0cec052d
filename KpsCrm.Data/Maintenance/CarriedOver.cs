using Microsoft.Data.Sqlite;

namespace KpsCrm.Data.Maintenance;

/// <summary>
/// What a backup that is put in place takes over from the present: who is signed in, which mails have gone out, and how backups are made.
/// All else is as it was when the backup was made.
/// </summary>
internal static class CarriedOver
{
    /// <summary>No session of the backup lives again: it may have been ended since.</summary>
    public static Task EndSessionsAsync(SqliteConnection restored, DateTime now, CancellationToken cancellationToken) =>
        RunAsync(restored, "UPDATE sessions SET ended_at = $now, ended_because = 'ended' WHERE ended_at IS NULL", now, cancellationToken);

    /// <param name="present">The database as it is until now, whose connection nobody else has; the other file becomes <c>restored</c> in it.</param>
    public static async Task TakeAsync(SqliteConnection present, string ready, DateTime now, CancellationToken cancellationToken)
    {
        // A file of an earlier version lacks some of it, and is not brought up to date any more: then everybody signs in again.
        if ((await SqliteFile.ListAsync(present, "SELECT name FROM sqlite_master WHERE type = 'table' AND name IN ('sessions', 'outgoing_mails', 'settings')", cancellationToken)).Count < 3)
            return;
        await using var attach = present.CreateCommand();
        attach.CommandText = "ATTACH $ready AS restored";
        attach.Parameters.AddWithValue("$ready", ready);
        await attach.ExecuteNonQueryAsync(cancellationToken);
        var shared = await SharedColumnsAsync(present, "sessions", cancellationToken);
        await using var transaction = present.BeginTransaction();
        // Whose password, role and second factor are the same then and now stays signed in.
        await RunAsync(present, $"""
            INSERT OR REPLACE INTO restored.sessions ({shared})
            SELECT {string.Join(", ", shared.Split(", ").Select(c => $"s.{c}"))} FROM main.sessions s
            JOIN main.users n ON n.id = s.user_id JOIN restored.users u ON u.id = s.user_id AND u.normalized_email = n.normalized_email
            WHERE s.ended_at IS NULL AND s.stamp = n.security_stamp AND s.stamp = u.security_stamp AND u.deactivated_at IS NULL
            """, now, cancellationToken, transaction);
        // What went out, or was refused, since then must not go out once more.
        await RunAsync(present, """
            UPDATE restored.outgoing_mails AS r SET state = p.state, sent_at = p.sent_at, attempts = p.attempts, last_error = p.last_error, subject = p.subject, text_body = p.text_body, html_body = p.html_body
            FROM main.outgoing_mails p WHERE p.message_id = r.message_id AND p.state <> 'waiting' AND r.state = 'waiting'
            """, now, cancellationToken, transaction);
        // How this machine makes its backups is this machine's.
        await RunAsync(present, "DELETE FROM restored.settings WHERE key LIKE 'backup.%'", now, cancellationToken, transaction);
        var settings = await SharedColumnsAsync(present, "settings", cancellationToken);
        await RunAsync(present, $"INSERT INTO restored.settings ({settings}) SELECT {string.Join(", ", settings.Split(", ").Select(c => c == "updated_by_id" ? "CASE WHEN updated_by_id IN (SELECT id FROM restored.users) THEN updated_by_id END" : c))} FROM main.settings WHERE key LIKE 'backup.%'", now, cancellationToken, transaction);
        await transaction.CommitAsync(cancellationToken);
        await RunAsync(present, "DETACH restored", now, cancellationToken);
    }

    private static async Task<string> SharedColumnsAsync(SqliteConnection connection, string table, CancellationToken cancellationToken) =>
        string.Join(", ", await SqliteFile.ListAsync(connection, $"SELECT name FROM pragma_table_info('{table}', 'main') INTERSECT SELECT name FROM pragma_table_info('{table}', 'restored')", cancellationToken));

    private static async Task RunAsync(SqliteConnection connection, string sql, DateTime now, CancellationToken cancellationToken, SqliteTransaction? transaction = null)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.Transaction = transaction;
        if (sql.Contains("$now", StringComparison.Ordinal))
            command.Parameters.AddWithValue("$now", now);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
