using KpsCrm.Data;
using KpsCrm.Data.Changes;
using KpsCrm.Data.Security;
using KpsCrm.Web.Live;
using KpsCrm.Web.Shared;
using Microsoft.EntityFrameworkCore;

namespace KpsCrm.Web.Features.Recycling;

/// <summary>What the bin's page shows; from its address.</summary>
/// <param name="Kind">Null for all.</param>
public sealed record BinFilter(ItemKind? Kind, string? Text, int Page)
{
    public static BinFilter Of(ListQuery query) => new(query.Word<ItemKind>("kind"), query.Text("q"), Math.Clamp(query.Number("page") ?? 1, 1, 100_000));

    public bool IsEmpty => Kind is null && Text is null;
}

/// <param name="All">How much lies in the bin, whatever the filter.</param>
public sealed record BinPage(IReadOnlyList<BinnedRow> Rows, int Count, int Number, int All)
{
    public const int Size = 50;

    public int Pages => Math.Max(1, (Count + Size - 1) / Size);
}

/// <summary>One page of the recycle bin, the latest first. The kinds stand in five tables: of each the first rows are read, and the page cut from them.</summary>
public sealed record BinListQuestion(BinFilter Filter) : IQuestion<BinPage>
{
    public Topics Of => Binned.Of;

    public async Task<BinPage> AskAsync(CrmView view, CancellationToken cancellationToken)
    {
        var (rows, count, all) = (new List<BinnedRow>(), 0, 0);
        foreach (var kind in Enum.GetValues<ItemKind>())
        {
            var of = Binned.Rows(view, kind);
            all += await of.CountAsync(cancellationToken);
            if (Filter.Kind is { } wanted && wanted != kind)
                continue;
            if (Filter.Text is { } text)
                of = of.Containing(text, r => r.Name, r => r.DeletedBy);
            count += await of.CountAsync(cancellationToken);
            rows.AddRange(await of.OrderByDescending(r => r.DeletedAt).ThenBy(r => r.Id).Take(Filter.Page * BinPage.Size).ToListAsync(cancellationToken));
        }
        // Of what went together the record comes before its parts.
        var number = Math.Min(Filter.Page, Math.Max(1, (count + BinPage.Size - 1) / BinPage.Size));
        return new([.. rows.OrderByDescending(r => r.DeletedAt).ThenBy(r => r.Kind == ItemKind.Client ? 0 : 1 + (int)r.Kind).ThenBy(r => r.Id).Skip((number - 1) * BinPage.Size).Take(BinPage.Size)], count, number, all);
    }
}
