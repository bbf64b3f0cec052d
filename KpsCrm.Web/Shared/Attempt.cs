using KpsCrm.Data;
using KpsCrm.Data.Security;
using Microsoft.EntityFrameworkCore;
using MudBlazor;

namespace KpsCrm.Web.Shared;

public static class Attempt
{
    /// <summary>Does what a person asked for. What goes wrong ends in one sentence, and the page stays as it is.</summary>
    public static async Task TryAsync(this ISnackbar snackbar, ILogger log, Func<Task> act)
    {
        try
        {
            await act();
        }
        catch (Exception e) when (e is RuleException or AccessDeniedException)
        {
            snackbar.Add(e.Message, Severity.Warning);
        }
        catch (DbUpdateConcurrencyException)
        {
            snackbar.Add("Someone else changed this at the same moment. Look again, then try once more.", Severity.Warning);
        }
        catch (Exception e)
        {
            log.LogError(e, "What a person asked for failed");
            snackbar.Add("This could not be done just now. Try again in a moment.", Severity.Error);
        }
    }
}
