using KpsCrm.Data;
using KpsCrm.Data.Maintenance;
using KpsCrm.Data.Maintenance.Checks;
using KpsCrm.Web.Features.Health;
using KpsCrm.Web.Tests.Maintenance;
using KpsCrm.Web.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace KpsCrm.Web.Tests.Health;

public class FigureCheckTests
{
    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task TheDashboardSaysWhatTheRowsSay(DatabaseProvider provider)
    {
        await using var data = await FirmAsync(provider);

        Assert.Empty(await FindingsAsync(data));
    }

    [Fact]
    public async Task FiguresFromAnIndexThatLostRowsAreFound()
    {
        await using var data = await FirmAsync(DatabaseProvider.Sqlite);
        await data.DamageAsync("PRAGMA writable_schema = ON", "CREATE TABLE hidden AS SELECT * FROM sqlite_master WHERE name = 'ix_deals_totals'", "DELETE FROM sqlite_master WHERE name = 'ix_deals_totals'");
        await data.DamageAsync("UPDATE deals SET amount_cents = amount_cents + 100 WHERE status = 'closed_won'", "PRAGMA writable_schema = ON", "INSERT INTO sqlite_master SELECT * FROM hidden", "DROP TABLE hidden");

        var findings = await FindingsAsync(data);

        Assert.Contains(findings, f => f.StartsWith("The dashboard says ", StringComparison.Ordinal) && f.Contains(" for revenue in cents; counted row by row it is ", StringComparison.Ordinal));
        Assert.DoesNotContain(findings, f => f.Contains("leads", StringComparison.Ordinal));
    }

    private static async Task<TestDatabase> FirmAsync(DatabaseProvider provider)
    {
        var data = await TestDatabase.CreateAsync(provider);
        await data.Provided.GetRequiredService<SampleData>().AddIfEmptyAsync(SampleTeam.WithoutLogins, new CompanyOptions().Zone);
        return data;
    }

    private static async Task<List<string>> FindingsAsync(TestDatabase data) =>
        [.. (await ActivatorUtilities.CreateInstance<DatabaseCheck>(data.Provided, (object)new IDataCheck[] { new FigureCheck(new CompanyOptions()) }).RunAsync()).Findings.Select(f => f.Sentence)];
}
