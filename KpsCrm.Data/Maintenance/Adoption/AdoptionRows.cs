using Microsoft.Data.Sqlite;

namespace KpsCrm.Data.Maintenance;

/// <summary>All rows, one after the other: none is held longer than it takes to write it.</summary>
internal static class AdoptionRows
{
    public static AdoptionReport Bring(AdoptionNames names, DateTime now, TimeZoneInfo zone, Action<string> tell, CancellationToken cancellationToken)
    {
        using var source = LegacyFile.Open(names.Source);
        if (LegacyFile.All(source, "PRAGMA quick_check(1)") is not [["ok"]])
            throw new TroubleException("The older system's file is damaged; mend it first, for example with 'sqlite3 kps_crm.db .recover'. Nothing was changed.");
        var tables = LegacyFile.Tables(source);
        var report = new AdoptionReport();
        using var details = new AdoptionDetails(names.DetailsPart);
        using (var file = new AdoptedFile(names.New, source, tables, now))
        {
            foreach (var name in LegacyTable.Documented.Keys)
            {
                if (tables.FirstOrDefault(t => t.Name == name) is not { } table)
                {
                    report.Count(name, AdoptionRule.TableMissing, 0);
                    report.Rows(name, 0, 0);
                    continue;
                }
                foreach (var _ in table.Missing)
                    report.Count(name, AdoptionRule.ColumnMissing, 0);
                using var adopted = For(name, file, zone);
                Bring(table, source, adopted, new LegacyRow(table, report, details, now, takesNotes: adopted is not (AdoptedEvents or AdoptedLogs)), report, tell, cancellationToken);
            }
            foreach (var table in tables.Where(t => !LegacyTable.Documented.ContainsKey(t.Name)))
                Keep(table, source, report, details);
            tell("The rows are in; making the indexes.");
            file.Finish(report, details, tell, cancellationToken);
            report.Figures = AdoptionFigures.Compare(source, tables, file.Connection, now);
        }
        details.Finish();
        return report;
    }

    private static IAdopted For(string table, AdoptedFile file, TimeZoneInfo zone) => table switch
    {
        "leads" => new AdoptedLeads(file),
        "clients" => new AdoptedClients(file),
        "deals" => new AdoptedDeals(file, zone),
        "analytics_events" => new AdoptedEvents(file),
        _ => new AdoptedLogs(file),
    };

    private static void Bring(LegacyTable table, SqliteConnection source, IAdopted adopted, LegacyRow row, AdoptionReport report, Action<string> tell, CancellationToken cancellationToken)
    {
        long done = 0;
        var progress = new Progress(tell);
        foreach (var statement in table.Read(source))
        {
            row.Take(statement, ++done);
            adopted.Add(row);
            if (progress.IsDue(done))
            {
                cancellationToken.ThrowIfCancellationRequested();
                progress.Tell(table.Name, done, table.Rows);
            }
        }
        report.Rows(table.Name, table.Rows, done);
    }

    /// <summary>A table of which nothing is known has no place among the records: value by value into the list.</summary>
    private static void Keep(LegacyTable table, SqliteConnection source, AdoptionReport report, AdoptionDetails details)
    {
        long row = 0;
        foreach (var statement in table.Read(source))
        {
            row++;
            report.Count(table.Name, AdoptionRule.TableNew, row);
            foreach (var (place, column) in table.Columns.Index())
            {
                if (LegacyValue.Read(statement, place) is { Kind: not LegacyKind.Null } value)
                    details.Add(table.Name, row, AdoptionRule.TableNew.Key, column, value.ToString());
            }
        }
        report.Rows(table.Name, row, 0);
    }
}
