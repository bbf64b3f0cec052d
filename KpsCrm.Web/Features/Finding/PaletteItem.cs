namespace KpsCrm.Web.Features.Finding;

/// <summary>One line of the palette: a link, or something to do.</summary>
/// <param name="Detail">What tells it from others of the same title: "Lead · Acme".</param>
public sealed record PaletteItem(string Key, string Title, string? Detail, string Icon, string? Href = null, Func<Task>? Act = null)
{
    /// <summary>Every word typed begins one of the title's.</summary>
    public bool Fits(string text)
    {
        var words = Title.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return text.Split(' ', StringSplitOptions.RemoveEmptyEntries).All(typed => words.Any(w => w.StartsWith(typed, StringComparison.OrdinalIgnoreCase)));
    }
}

public sealed record PaletteGroup(string Name, IReadOnlyList<PaletteItem> Items);
