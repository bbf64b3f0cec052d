using KpsCrm.Web.Shared;

namespace KpsCrm.Web.Features.Views;

/// <summary>What of a list's address a view keeps: filters, order and columns, said the one way; not the page.</summary>
public static class ViewQuery
{
    /// <summary>The address's word for the open view.</summary>
    public const string Key = "view";

    /// <summary>For <see cref="Key"/>: the plain list, whatever view the list opens with.</summary>
    public const string All = "all";

    /// <summary>Beside an open view: nothing is left of what it keeps. Its number alone would open it anew.</summary>
    public const string Bare = "bare";

    private static readonly string[] NotKept = [Key, Bare, "page", "new", "edit"];

    public static string Of(ListQuery query) =>
        ListQuery.Uri("", [.. query.Entries.Where(e => !NotKept.Contains(e.Key)).OrderBy(e => e.Key, StringComparer.Ordinal).Select(e => (e.Key, (object?)e.Value))]).TrimStart('?');

    /// <summary>The address of a view with this in the place of what it keeps.</summary>
    public static string Address(string list, int id, string query) => $"/{list}?{Key}={id}&{(query.Length == 0 ? $"{Bare}=1" : query)}";

    /// <summary>The whole address of an open view.</summary>
    public static string Address(ViewItem view) => view.Query.Length == 0 ? view.Href : $"{view.Href}&{view.Query}";
}
