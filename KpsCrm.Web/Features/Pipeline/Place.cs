using System.Linq.Expressions;
using KpsCrm.Data.Ordering;
using Microsoft.EntityFrameworkCore;

namespace KpsCrm.Web.Features.Pipeline;

/// <summary>Where in its column a card lands.</summary>
/// <param name="AboveId">The card right above; null for the top.</param>
/// <param name="Bottom">Below all others, loaded or not.</param>
public readonly record struct Place(int? AboveId, bool Bottom = false)
{
    public static Place Top { get; } = new(null);
    public static Place Last { get; } = new(null, Bottom: true);

    private string? Known { get; init; }

    /// <summary>Where it has been before; if another has that rank now, beside it.</summary>
    public static Place At(string rank) => Top with { Known = rank };

    /// <summary>
    /// A rank for this place among the cards of a column. The card below is looked up in the database, so that two people who drop in
    /// the same place get different ranks. Rows written by hand share a rank; where one lands between such, the ties are taken apart.
    /// </summary>
    /// <param name="others">The column without the card that moves, tracked.</param>
    public async Task<string> RankAsync<T>(IQueryable<T> others, Action<T, string> place) where T : class, IRanked
    {
        if (Known is not null)
            return Known;
        if (Bottom)
        {
            var last = await others.OrderByDescending(r => r.Rank).Select(r => r.Rank).FirstOrDefaultAsync();
            return Rank.Between(last, null);
        }

        var aboveId = AboveId;
        var above = aboveId is null ? null : await others.FirstOrDefaultAsync(r => r.Id == aboveId);
        var smallest = above is not null ? null : await others.OrderBy(r => r.Rank).Select(r => r.Rank).FirstOrDefaultAsync();
        // Also when the card above has left the column meanwhile: nobody knows what was below it.
        if (above is null)
            return smallest is null ? Rank.Middle : Rank.Between(null, smallest);

        var rank = above.Rank;
        var tied = others.Where(r => r.Rank == rank);
        if (!await tied.AnyAsync(r => r.Id > above.Id))
            return Rank.Between(rank, await NextAsync(others, rank));
        return await TakeApartAsync(others, tied, above, place);
    }

    /// <summary>Gives the shorter side of a tied run ranks of its own, and returns one between the two sides.</summary>
    private static async Task<string> TakeApartAsync<T>(IQueryable<T> others, IQueryable<T> tied, T above, Action<T, string> place) where T : class, IRanked
    {
        var (rank, id) = (above.Rank, above.Id);
        if (await tied.CountAsync(r => r.Id <= id) <= await tied.CountAsync(r => r.Id > id))
        {
            var free = await others.Where(Compare<T>(rank, below: false)).OrderByDescending(r => r.Rank).Select(r => r.Rank).FirstOrDefaultAsync();
            foreach (var row in await tied.Where(r => r.Id <= id).OrderBy(r => r.Id).ToListAsync())
                place(row, free = Rank.Between(free, rank));
            return Rank.Between(free, rank);
        }

        var end = await NextAsync(others, rank);
        var between = Rank.Between(rank, end);
        var next = between;
        foreach (var row in await tied.Where(r => r.Id > id).OrderBy(r => r.Id).ToListAsync())
            place(row, next = Rank.Between(next, end));
        return between;
    }

    private static Task<string?> NextAsync<T>(IQueryable<T> others, string rank) where T : class, IRanked =>
        others.Where(Compare<T>(rank, below: true)).OrderBy(r => r.Rank).Select(r => r.Rank).FirstOrDefaultAsync();

    private static Expression<Func<T, bool>> Compare<T>(string rank, bool below) where T : IRanked =>
        below ? r => string.Compare(r.Rank, rank) > 0 : r => string.Compare(r.Rank, rank) < 0;
}
