using MudBlazor;

namespace KpsCrm.Web.Shared;

public static class Undoing
{
    private const int Milliseconds = 10_000;

    /// <summary>Says what was done, and takes it back with one click.</summary>
    public static void AddWithUndo(this ISnackbar snackbar, ILogger log, string sentence, Func<Task> undo) => snackbar.Add(sentence, Severity.Normal, options =>
    {
        options.Action = "Undo";
        options.VisibleStateDuration = Milliseconds;
        options.OnClick = _ => snackbar.TryAsync(log, undo);
    });
}
