using KpsCrm.Web.Features.Views;
using KpsCrm.Web.Shared;

namespace KpsCrm.Web.Features.Lists;

/// <summary>A list's address and what was not understood of it.</summary>
public static class ListAddress
{
    /// <summary>Keys of an address that narrow nothing.</summary>
    private static readonly string[] Others = ["q", "page", "sort", ListColumns.Key, ViewQuery.Key, ViewQuery.Bare, "new", "edit"];

    public static IReadOnlyList<string> Problems<TRow>(IReadOnlyList<FilterField> fields, IReadOnlyList<ListColumn<TRow>> columns, ListQuery query) =>
    [
        .. query.Keys.Except(Others).Except(fields.SelectMany(f => f.Keys)).Select(k => $"The filter “{FilterField.Short(k)}” isn't known; it was left out."),
        .. fields.SelectMany(f => f.Problems(query)),
        .. ListColumns.Problems(columns, query),
    ];
}
