using System.Data.Common;
using System.Globalization;
using System.Runtime.CompilerServices;
using KpsCrm.Data.Security;

namespace KpsCrm.Data.Maintenance.Checks;

/// <summary>What a part of the check looks at, and tells its findings to. All it reads is one state of the data.</summary>
public sealed class CheckRun
{
    /// <summary>Of many findings of one kind the first tell enough.</summary>
    private const int MostPerPart = 200;

    private readonly string _part;
    private readonly List<Finding> _findings = [];
    private int _more;

    internal CheckRun(string part, CrmDbContext db) => (_part, Db) = (part, db);

    internal CrmDbContext Db { get; }

    /// <summary>Everything, as the program itself sees it.</summary>
    public CrmView View => Db.View;

    internal AuditProof? Trail { get; set; }

    internal bool IsSqlite => Db is Providers.SqliteCrmDbContext;

    public void Tell(Gravity gravity, string sentence, string? table = null, object? id = null, bool mends = false)
    {
        if (_findings.Count < MostPerPart)
            _findings.Add(new(_part, gravity, sentence, table, Convert.ToString(id, CultureInfo.InvariantCulture) is { Length: > 0 } key ? key : null, mends));
        else
            _more++;
    }

    internal IEnumerable<Finding> Findings => _more == 0 ? _findings
        : [.. _findings, new(_part, _findings.Max(f => f.Gravity), string.Create(CultureInfo.InvariantCulture, $"{_part}: {_more:N0} more like these."), null, null, _findings.Exists(f => f.Mends))];

    /// <summary>The rows of a statement of our own making, one after the other.</summary>
    public async IAsyncEnumerable<DbDataReader> RowsAsync(string sql, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await using var command = Db.NewCommand(sql);
        // A scan of a large table may take longer than what people wait for.
        command.CommandTimeout = 0;
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            yield return reader;
    }

    /// <summary>A table that is read itself, never an index in its stead; for what follows <c>FROM</c>.</summary>
    public string Whole(string table, string? alias = null) => $"{table}{(alias is null ? "" : $" AS {alias}")}{(IsSqlite ? " NOT INDEXED" : "")}";

    internal static string Text(DbDataReader row, int column) => Convert.ToString(row.GetValue(column), CultureInfo.InvariantCulture) ?? "";
}
