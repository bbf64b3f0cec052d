using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore;

namespace KpsCrm.Data.Search;

/// <summary>The records of one kind that a text finds. Lives as long as the <see cref="Security.CrmView"/> it came from.</summary>
public sealed class Found<T> where T : class, IEditable
{
    private readonly Func<IQueryable<T>, IQueryable<T>> _in;

    internal Found(Func<IQueryable<T>, IQueryable<T>> of) => _in = of;

    /// <summary>Nothing matches what was typed; these have a name that is close to it.</summary>
    public bool IsSimilar { get; init; }

    /// <summary>Those of <paramref name="rows"/> that were found, in no order: for totals, boards, and lists with an order of their own.</summary>
    public IQueryable<T> In(IQueryable<T> rows) => _in(rows);

    /// <summary>Those of <paramref name="rows"/> that were found, the best first: hits in the name before the rest, its beginning before its inside, newest first within.</summary>
    public Task<List<TRow>> BestAsync<TRow>(IQueryable<T> rows, int skip, int take, Expression<Func<T, TRow>> row, CancellationToken cancellationToken) =>
        In(rows).OrderByDescending(r => r.Id).Skip(skip).Take(take).Select(row).ToListAsync(cancellationToken);
}
