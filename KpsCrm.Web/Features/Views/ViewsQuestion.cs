using KpsCrm.Data.Changes;
using KpsCrm.Data.Security;
using KpsCrm.Web.Live;
using Microsoft.EntityFrameworkCore;

namespace KpsCrm.Web.Features.Views;

/// <summary>A saved view, for those who may use it.</summary>
/// <param name="Query">As <see cref="ViewQuery"/> says it.</param>
public sealed record ViewItem(int Id, int Version, string List, string Name, string Query, int OwnerId, string OwnerName, bool IsShared)
{
    /// <summary>Opens the view, on its own whatever else is added to it later.</summary>
    public string Href => $"/{List}?view={Id}";

    public bool MayChange(Actor who) => SavedViews.MayChange(OwnerId, who);
}

/// <summary>The views of a list.</summary>
/// <param name="DefaultId">The one with which the person's list opens.</param>
public sealed record ViewsAnswer(IReadOnlyList<ViewItem> Views, int? DefaultId)
{
    public static ViewsAnswer None { get; } = new([], null);

    public ViewItem? Find(int? id) => Views.FirstOrDefault(v => v.Id == id);
}

/// <summary>One's own views of a list, and the shared ones.</summary>
/// <param name="List"><c>leads</c>, <c>clients</c> or <c>deals</c>.</param>
/// <param name="UserId">Whose: no two people share this answer.</param>
public sealed record ViewsQuestion(string List, int? UserId) : IQuestion<ViewsAnswer>
{
    public Topics Of => Topics.Views | Topics.Users;

    public async Task<ViewsAnswer> AskAsync(CrmView view, CancellationToken cancellationToken)
    {
        var views = await view.SavedViews.Where(v => v.List == List).OrderBy(v => v.Name).ThenBy(v => v.Id)
            .Select(v => new ViewItem(v.Id, v.Version, v.List, v.Name, v.Query, v.OwnerId, v.Owner!.Name, v.IsShared)).ToListAsync(cancellationToken);
        var chosen = await view.DefaultViews.Where(d => d.List == List).Select(d => (int?)d.SavedViewId).FirstOrDefaultAsync(cancellationToken);
        return new(views, views.Any(v => v.Id == chosen) ? chosen : null);
    }
}
