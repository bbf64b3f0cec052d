using KpsCrm.Data;
using KpsCrm.Data.Security;
using KpsCrm.Data.Users;
using KpsCrm.Data.Views;
using Microsoft.EntityFrameworkCore;

namespace KpsCrm.Web.Features.Views;

/// <summary>Saves an address under a name.</summary>
public sealed record SaveView(string List, string Name, string Query, bool Share)
{
    /// <returns>The view's id.</returns>
    public async Task<int> RunAsync(CrmStore store, Actor who)
    {
        Gate.Demand(who, Role.Sales);
        var name = SavedViews.NameOf(Name);
        SavedViews.DemandFits(Query);
        var view = await store.WriteAsync(who, async db =>
        {
            await SavedViews.DemandFreeAsync(db, who.UserId!.Value, List, name, id: 0);
            return db.SavedViews.Add(new SavedView { List = List, Name = name, Query = Query, OwnerId = who.UserId.Value, IsShared = Share }).Entity;
        });
        return view.Id;
    }
}

/// <summary>Changes a view's name, address or audience; null leaves as it is.</summary>
/// <param name="Version">The version the person saw.</param>
public sealed record ChangeView(int Id, int Version, string? Name = null, string? Query = null, bool? Share = null)
{
    public Task RunAsync(CrmStore store, Actor who)
    {
        Gate.Demand(who, Role.Sales);
        return store.WriteAsync(who, async db =>
        {
            var view = await SavedViews.FindAsync(db, Id, who);
            if (view.Version != Version)
                throw new RuleException("Someone changed this view in the meantime. Have another look, then try again.");
            if (Name is not null)
            {
                view.Name = SavedViews.NameOf(Name);
                await SavedViews.DemandFreeAsync(db, view.OwnerId, view.List, view.Name, Id);
            }
            SavedViews.DemandFits(Query);
            view.Query = Query ?? view.Query;
            view.IsShared = Share ?? view.IsShared;
            // Nobody's list opens with what its reader may no longer see.
            if (!view.IsShared)
                db.DefaultViews.RemoveRange(await db.DefaultViews.Where(d => d.SavedViewId == Id && d.UserId != view.OwnerId).ToListAsync());
        });
    }
}

/// <summary>What is needed to bring a deleted view back.</summary>
/// <param name="DefaultOf">Whose lists opened with it.</param>
public sealed record DeletedView(int Id, string List, string Name, string Query, int OwnerId, bool IsShared, IReadOnlyList<int> DefaultOf)
{
    public Task RestoreAsync(CrmStore store, Actor who)
    {
        Gate.Demand(who, Role.Sales);
        if (!SavedViews.MayChange(OwnerId, who))
            throw new AccessDeniedException();
        return store.WriteAsync(who, async db =>
        {
            await SavedViews.DemandFreeAsync(db, OwnerId, List, Name, id: 0);
            // With its number, so that links to it lead there again.
            db.SavedViews.Add(new SavedView { Id = Id, List = List, Name = Name, Query = Query, OwnerId = OwnerId, IsShared = IsShared });
            var taken = await db.DefaultViews.Where(d => d.List == List && DefaultOf.Contains(d.UserId)).Select(d => d.UserId).ToListAsync();
            foreach (var user in DefaultOf.Except(taken))
                db.DefaultViews.Add(new DefaultView { UserId = user, List = List, SavedViewId = Id });
        });
    }
}

public sealed record DeleteView(int Id)
{
    public Task<DeletedView> RunAsync(CrmStore store, Actor who)
    {
        Gate.Demand(who, Role.Sales);
        return store.WriteAsync(who, async db =>
        {
            var view = await SavedViews.FindAsync(db, Id, who);
            var defaults = await db.DefaultViews.Where(d => d.SavedViewId == Id).ToListAsync();
            db.DefaultViews.RemoveRange(defaults);
            db.SavedViews.Remove(view);
            return new DeletedView(view.Id, view.List, view.Name, view.Query, view.OwnerId, view.IsShared, defaults.ConvertAll(d => d.UserId));
        });
    }
}

/// <summary>The view with which a person's list opens; null for none.</summary>
public sealed record SetDefaultView(string List, int? ViewId)
{
    public Task RunAsync(CrmStore store, Actor who)
    {
        Gate.Demand(who, Role.Sales);
        return store.WriteAsync(who, async db =>
        {
            if (ViewId is not null && !await db.SavedViews.AnyAsync(v => v.Id == ViewId && v.List == List && (v.IsShared || v.OwnerId == who.UserId)))
                throw new RuleException("This view is no longer there.");
            var chosen = await db.DefaultViews.SingleOrDefaultAsync(d => d.UserId == who.UserId && d.List == List);
            if (ViewId is not { } id)
                db.DefaultViews.RemoveRange(chosen is null ? [] : [chosen]);
            else if (chosen is null)
                db.DefaultViews.Add(new DefaultView { UserId = who.UserId!.Value, List = List, SavedViewId = id });
            else
                chosen.SavedViewId = id;
        });
    }
}

internal static class SavedViews
{
    /// <summary>A view belongs to who made it; an admin may tidy up.</summary>
    public static bool MayChange(int ownerId, Actor who) => ownerId == who.UserId || who.Is(Role.Admin);

    public static string NameOf(string? typed) => TextSearch.Clean(typed, SavedView.NameMaxLength + 1) switch
    {
        null => throw new RuleException("Give the view a name."),
        { Length: > SavedView.NameMaxLength } => throw new RuleException($"Shorten the name to {SavedView.NameMaxLength} characters."),
        var name => name,
    };

    public static void DemandFits(string? query)
    {
        if (query?.Length > SavedView.QueryMaxLength)
            throw new RuleException("This view has too many filters to be saved. Take some away.");
    }

    public static async Task DemandFreeAsync(CrmDbContext db, int ownerId, string list, string name, int id)
    {
        if (await db.SavedViews.AnyAsync(v => v.OwnerId == ownerId && v.List == list && v.Name == name && v.Id != id))
            throw new RuleException($"There is a view “{name}” already. Choose another name, or open that one and save it.");
    }

    /// <exception cref="RuleException">Not there, or somebody else's private one.</exception>
    /// <exception cref="AccessDeniedException">Somebody else's.</exception>
    public static async Task<SavedView> FindAsync(CrmDbContext db, int id, Actor who)
    {
        var view = await db.SavedViews.SingleOrDefaultAsync(v => v.Id == id);
        if (view is null || (!view.IsShared && view.OwnerId != who.UserId))
            throw new RuleException("This view is no longer there.");
        if (!MayChange(view.OwnerId, who))
            throw new AccessDeniedException();
        return view;
    }
}
