using KpsCrm.Data.Activities;
using Microsoft.EntityFrameworkCore;

namespace KpsCrm.Web.Features.Records;

/// <summary>How long a lead or deal stood in each stage.</summary>
/// <param name="Since">UTC; when it came into the stage it is in.</param>
/// <param name="Spent">By the stage's word, without the time in the present stay.</param>
public sealed record StageHistory(DateTime Since, IReadOnlyDictionary<string, TimeSpan> Spent)
{
    /// <param name="moves">All moves of one record.</param>
    /// <param name="createdAt">UTC; where the first stay began.</param>
    internal static async Task<StageHistory> AskAsync(IQueryable<Activity> moves, DateTime createdAt, CancellationToken cancellationToken) =>
        Of(createdAt, await moves.Where(a => a.Kind == ActivityKind.Moved).OrderBy(a => a.At).ThenBy(a => a.Id).Select(a => new ValueTuple<string?, DateTime>(a.FromStage, a.At)).ToListAsync(cancellationToken));

    /// <param name="moves">In their order: the stage left, and when.</param>
    public static StageHistory Of(DateTime createdAt, IEnumerable<(string? From, DateTime At)> moves)
    {
        var (since, spent) = (createdAt, new Dictionary<string, TimeSpan>());
        foreach (var (from, at) in moves)
        {
            if (from is not null && at > since)
                spent[from] = spent.GetValueOrDefault(from) + (at - since);
            since = at;
        }
        return new(since, spent);
    }
}
