using System.Globalization;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace KpsCrm.Data.Maintenance;

/// <summary>A statement of the new file, parsed once and run for each row; its values are given in the order of their places.</summary>
internal sealed class NewRows : IDisposable
{
    private readonly sqlite3 _file;
    private readonly sqlite3_stmt _statement;
    private int _place;

    public NewRows(SqliteConnection file, string sql)
    {
        _file = file.Handle!;
        SqliteException.ThrowExceptionForRC(raw.sqlite3_prepare_v2(_file, sql, out _statement), _file);
    }

    public static NewRows Into(SqliteConnection file, string table, params string[] columns) =>
        new(file, $"INSERT INTO {table} ({string.Join(", ", columns)}) VALUES ({string.Join(", ", columns.Select(_ => "?"))})");

    public NewRows With(string? text) => Bound(text is null ? raw.sqlite3_bind_null(_statement, ++_place) : raw.sqlite3_bind_text(_statement, ++_place, text));

    public NewRows With(long? number) => Bound(number is { } value ? raw.sqlite3_bind_int64(_statement, ++_place, value) : raw.sqlite3_bind_null(_statement, ++_place));

    /// <summary>As Microsoft.Data.Sqlite writes it.</summary>
    public NewRows With(DateTime at) => With(at.ToString("yyyy-MM-dd HH:mm:ss.FFFFFFF", CultureInfo.InvariantCulture));

    public NewRows With(DateOnly? day) => With(day?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));

    public void Run()
    {
        var result = raw.sqlite3_step(_statement);
        raw.sqlite3_reset(_statement);
        _place = 0;
        if (result != raw.SQLITE_DONE)
            SqliteException.ThrowExceptionForRC(result, _file);
    }

    /// <summary>Whether the query finds a row.</summary>
    public bool Finds()
    {
        var result = raw.sqlite3_step(_statement);
        raw.sqlite3_reset(_statement);
        _place = 0;
        if (result is not (raw.SQLITE_DONE or raw.SQLITE_ROW))
            SqliteException.ThrowExceptionForRC(result, _file);
        return result == raw.SQLITE_ROW;
    }

    public void Dispose() => _statement.Dispose();

    private NewRows Bound(int result)
    {
        SqliteException.ThrowExceptionForRC(result, _file);
        return this;
    }
}
