using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace KpsCrm.Web.Features.Pipeline;

internal static class Dialogs
{
    private static readonly DialogOptions Options = new() { MaxWidth = MaxWidth.ExtraSmall, FullWidth = true, CloseButton = true, CloseOnEscapeKey = true };

    /// <returns>Null when the person cancelled.</returns>
    public static async Task<TAnswer?> AskAsync<TDialog, TAnswer>(this IDialogService dialogs, string title, DialogParameters<TDialog> parameters)
        where TDialog : IComponent where TAnswer : class
    {
        var dialog = await dialogs.ShowAsync<TDialog>(title, parameters, Options);
        return (await dialog.Result)?.Data as TAnswer;
    }
}
