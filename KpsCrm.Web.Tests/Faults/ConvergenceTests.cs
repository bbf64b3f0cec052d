using System.Globalization;
using KpsCrm.Data;

namespace KpsCrm.Web.Tests.Faults;

[Collection(Alone.Name)]
public class ConvergenceTests
{
    /// <summary>How many days are lived through; the bench asks for more.</summary>
    private static int Seeds(int usual) => int.TryParse(Environment.GetEnvironmentVariable("KPS_SEEDS"), CultureInfo.InvariantCulture, out var seeds) ? seeds : usual;

    /// <summary>The first of them: a seed that failed is run again alone by KPS_SEED=n KPS_SEEDS=1.</summary>
    private static int First => int.TryParse(Environment.GetEnvironmentVariable("KPS_SEED"), CultureInfo.InvariantCulture, out var seed) ? seed : 1;

    [Fact]
    public Task EveryScreenConvergesOnSqlite() => RunAsync(DatabaseProvider.Sqlite, Seeds(16));

    [Fact]
    public Task EveryScreenOfTwoInstancesConvergesOnPostgres() => RunAsync(DatabaseProvider.Postgres, Seeds(16) / 2 + Seeds(16) % 2);

    private static async Task RunAsync(DatabaseProvider provider, int seeds)
    {
        for (var seed = First; seed < First + seeds; seed++)
            await Convergence.RunAsync(seed, provider);
    }
}
