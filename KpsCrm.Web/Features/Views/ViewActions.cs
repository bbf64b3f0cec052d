using KpsCrm.Data;
using KpsCrm.Web.Features.Account;
using KpsCrm.Web.Features.Pipeline;
using KpsCrm.Web.Shared;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace KpsCrm.Web.Features.Views;

public sealed record ViewAnswer(string Name, bool Share);

/// <summary>What can be done with the views of an open list; asks what has to be asked, and says what came of it.</summary>
public sealed class ViewActions(CrmStore store, CurrentActor current, IDialogService dialogs, ISnackbar snackbar, NavigationManager navigation, ILogger<ViewActions> log)
{
    /// <summary>"leads"</summary>
    public string List { get; set; } = "";

    public ViewsAnswer Views { get; set; } = ViewsAnswer.None;

    public ViewItem? Open { get; set; }

    /// <summary>What the address says now, as a view keeps it.</summary>
    public string Query { get; set; } = "";

    public Task SaveAs() => snackbar.TryAsync(log, async () =>
    {
        var who = await current.GetAsync();
        var taken = Views.Views.Where(v => v.OwnerId == who.UserId).Select(v => v.Name).ToList();
        if (await dialogs.AskAsync<ViewDialog, ViewAnswer>("Save this view", new() { { d => d.Taken, taken } }) is not { } answer)
            return;
        var query = Query;
        var id = await new SaveView(List, answer.Name, query, answer.Share).RunAsync(store, who);
        snackbar.Add($"Saved the view “{answer.Name}”", Severity.Normal);
        navigation.NavigateTo(ViewQuery.Address(List, id, query));
    });

    public Task SaveChanges() => WithOpen(async view =>
    {
        await new ChangeView(view.Id, view.Version, Query: Query).RunAsync(store, await current.GetAsync());
        snackbar.Add($"Saved the view “{view.Name}”", Severity.Normal);
    });

    public Task Rename() => WithOpen(async view =>
    {
        var taken = Views.Views.Where(v => v.OwnerId == view.OwnerId && v.Id != view.Id).Select(v => v.Name).ToList();
        if (await dialogs.AskAsync<ViewDialog, ViewAnswer>("Rename or share this view", new() { { d => d.Name, view.Name }, { d => d.Share, view.IsShared }, { d => d.Taken, taken } }) is { } answer)
            await new ChangeView(view.Id, view.Version, answer.Name, Share: answer.Share).RunAsync(store, await current.GetAsync());
    });

    public Task ToggleDefault() => WithOpen(async view =>
    {
        var off = Views.DefaultId == view.Id;
        await new SetDefaultView(List, off ? null : view.Id).RunAsync(store, await current.GetAsync());
        snackbar.Add(off ? $"{Shared.Words.Of(List)} opens without a view" : $"{Shared.Words.Of(List)} opens with “{view.Name}”", Severity.Normal);
    });

    public Task Delete() => WithOpen(async view =>
    {
        var deleted = await new DeleteView(view.Id).RunAsync(store, await current.GetAsync());
        navigation.NavigateTo($"/{List}?{ViewQuery.Key}={ViewQuery.All}");
        snackbar.AddWithUndo(log, $"Deleted the view “{view.Name}”", async () =>
        {
            await deleted.RestoreAsync(store, await current.GetAsync());
            navigation.NavigateTo(ViewQuery.Address(view));
        });
    });

    private Task WithOpen(Func<ViewItem, Task> act) => snackbar.TryAsync(log, () => Open is { } view ? act(view) : Task.CompletedTask);
}
