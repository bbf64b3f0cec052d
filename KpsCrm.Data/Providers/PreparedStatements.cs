using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;

namespace KpsCrm.Data.Providers;

/// <summary>
/// Statements of the writer's connection, parsed once and used for as long as it lives. Parsing a wide INSERT and tracking its row cost
/// several times what executing it does; that counts where writes come by the thousand while others wait for their turn.
/// </summary>
internal sealed class PreparedStatements(SqliteConnection connection) : IDisposable
{
    private readonly Dictionary<string, SqliteCommand> _commands = [];
    private readonly Dictionary<Type, Insert> _inserts = [];

    /// <summary>A command without parameters set; to be used and forgotten, not disposed.</summary>
    public SqliteCommand For(string sql, SqliteTransaction transaction)
    {
        if (!_commands.TryGetValue(sql, out var command))
        {
            _commands[sql] = command = connection.CreateCommand();
            command.CommandText = sql;
        }
        command.Transaction = transaction;
        command.Parameters.Clear();
        return command;
    }

    /// <summary>Inserts a row of the model and sets its id.</summary>
    public void InsertRow(IModel model, object row, SqliteTransaction transaction)
    {
        if (!_inserts.TryGetValue(row.GetType(), out var insert))
            _inserts[row.GetType()] = insert = new Insert(model.FindEntityType(row.GetType())!, connection);
        insert.Run(row, transaction);
    }

    public void Dispose()
    {
        foreach (var command in _commands.Values)
            command.Dispose();
        foreach (var insert in _inserts.Values)
            insert.Dispose();
    }

    private sealed class Insert : IDisposable
    {
        private readonly SqliteCommand _command;
        private readonly Func<object, object?>[] _values;
        private readonly System.Reflection.PropertyInfo _id;

        public Insert(IEntityType type, SqliteConnection connection)
        {
            var table = StoreObjectIdentifier.Table(type.GetTableName()!);
            var columns = type.GetProperties().Where(p => !p.IsPrimaryKey() && p.GetComputedColumnSql() is null && !p.IsShadowProperty()).ToArray();
            _id = type.FindPrimaryKey()!.Properties.Single().PropertyInfo!;
            _values = [.. columns.Select(ValueOf)];
            _command = connection.CreateCommand();
            _command.CommandText = $"""
                INSERT INTO "{table.Name}" ({string.Join(", ", columns.Select(c => $"\"{c.GetColumnName(table)}\""))})
                VALUES ({string.Join(", ", columns.Select((_, i) => $"$p{i}"))}) RETURNING "{_id.Name.ToLowerInvariant()}"
                """;
            for (var i = 0; i < columns.Length; i++)
                _command.Parameters.Add(new SqliteParameter { ParameterName = $"$p{i}" });
        }

        public void Run(object row, SqliteTransaction transaction)
        {
            _command.Transaction = transaction;
            for (var i = 0; i < _values.Length; i++)
                _command.Parameters[i].Value = _values[i](row) ?? DBNull.Value;
            _id.SetValue(row, Convert.ToInt32(_command.ExecuteScalar(), System.Globalization.CultureInfo.InvariantCulture));
        }

        /// <summary>The value as the model would store it; a foreign key that is not set yet comes from the row it refers to.</summary>
        private static Func<object, object?> ValueOf(IProperty property)
        {
            var read = property.GetGetter();
            var convert = property.GetTypeMapping().Converter?.ConvertToProvider;
            if (property.GetContainingForeignKeys().SingleOrDefault()?.DependentToPrincipal is { } navigation)
            {
                var principal = navigation.GetGetter();
                var key = navigation.TargetEntityType.FindPrimaryKey()!.Properties.Single().GetGetter();
                return row => read.GetClrValue(row) ?? (principal.GetClrValue(row) is { } to ? key.GetClrValue(to) : null);
            }
            return convert is null ? row => read.GetClrValue(row) : row => read.GetClrValue(row) is { } value ? convert(value) : null;
        }

        public void Dispose() => _command.Dispose();
    }
}
