using KpsCrm.Web.Shared;
using MudBlazor;

namespace KpsCrm.Web.Features.Pipeline;

internal static class MovedToast
{
    /// <summary>Says where a record is now, and takes the move back with one click, unless somebody has been there since.</summary>
    public static void AddMoved(this ISnackbar snackbar, ILogger log, string name, Stage? from, Stage to, Moved moved, Action<Moved>? whenBack = null)
    {
        if (moved.Back is not { } takeBack)
            return;
        snackbar.AddWithUndo(log, $"{name}: {to.Name}", async () =>
        {
            switch (await takeBack())
            {
                case Moved back:
                    whenBack?.Invoke(back);
                    snackbar.Add($"{name}: {from?.Name} again", Severity.Normal);
                    break;
                case Refused refused:
                    snackbar.Add(refused.Sentence, Severity.Warning);
                    break;
            }
        });
    }
}
