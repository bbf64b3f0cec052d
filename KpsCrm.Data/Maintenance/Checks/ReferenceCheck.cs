using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;

namespace KpsCrm.Data.Maintenance.Checks;

/// <summary>What a row refers to is there.</summary>
internal sealed class ReferenceCheck : IDataCheck
{
    public string Name => "References between records";

    public async Task RunAsync(CheckRun run, CancellationToken cancellationToken)
    {
        foreach (var key in run.Db.GetService<Microsoft.EntityFrameworkCore.Metadata.IDesignTimeModel>().Model.GetEntityTypes().SelectMany(e => e.GetForeignKeys()).Where(f => !f.IsOwnership))
        {
            var (table, parent) = (key.DeclaringEntityType.GetTableName()!, key.PrincipalEntityType.GetTableName()!);
            var (column, id) = (key.Properties[0].GetColumnName(), key.PrincipalKey.Properties[0].GetColumnName());
            var own = key.DeclaringEntityType.FindPrimaryKey()!.Properties[0].GetColumnName();
            await foreach (var row in run.RowsAsync($"""SELECT child."{own}", child."{column}" FROM "{table}" child WHERE child."{column}" IS NOT NULL AND NOT EXISTS (SELECT 1 FROM "{parent}" parent WHERE parent."{id}" = child."{column}")""", cancellationToken))
                run.Tell(Gravity.Wrong, $"{table} {CheckRun.Text(row, 0)} refers to number {CheckRun.Text(row, 1)} of {parent}, which is gone.", table, row.GetValue(0));
        }
    }
}
