using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace KpsCrm.Web.Shared;

public static class DoneToasts
{
    /// <summary>Long enough to read it and to reach for "Undo".</summary>
    private const int Milliseconds = 10_000;

    /// <summary>Says what was done, where it is now, and offers the way back. The toast goes when that is taken.</summary>
    public static void Done(this ISnackbar snackbar, string sentence, string title, string href, Func<Task>? undo = null)
    {
        var key = Guid.NewGuid().ToString("N");
        var parameters = new Dictionary<string, object> { [nameof(DoneToast.Sentence)] = sentence, [nameof(DoneToast.Title)] = title, [nameof(DoneToast.Href)] = href };
        if (undo is not null)
        {
            parameters[nameof(DoneToast.OnUndo)] = EventCallback.Factory.Create(snackbar, async () =>
            {
                await undo();
                snackbar.RemoveByKey(key);
            });
        }
        snackbar.Add<DoneToast>(parameters, Severity.Normal, o => o.VisibleStateDuration = Milliseconds, key);
    }
}
