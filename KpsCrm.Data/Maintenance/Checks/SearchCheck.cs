using KpsCrm.Data.Search;
using KpsCrm.Data.Security;

namespace KpsCrm.Data.Maintenance.Checks;

/// <summary>The search index says what the records say. It is read in slices; what still waits to be indexed is no finding.</summary>
internal sealed class SearchCheck(SearchIndex index) : IDataCheck
{
    public string Name => "Search index";

    public async Task RunAsync(CheckRun run, CancellationToken cancellationToken)
    {
        await foreach (var wrong in index.FindWrongAsync(cancellationToken))
            run.Tell(Gravity.Wrong, wrong.Sentence, wrong.Kind.Table, wrong.Id, mends: true);
    }

    public async Task<IReadOnlyList<string>> RepairAsync(Actor who, CancellationToken cancellationToken)
    {
        var wrong = new List<WrongEntry>();
        await foreach (var entry in index.FindWrongAsync(cancellationToken))
            wrong.Add(entry);
        await index.MendAsync(who, wrong, cancellationToken);
        return wrong.Count == 0 ? [] : [wrong.Count == 1 ? "One record was indexed anew for searching." : $"{wrong.Count} records were indexed anew for searching."];
    }
}
