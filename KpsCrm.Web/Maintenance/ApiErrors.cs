using KpsCrm.Data;
using KpsCrm.Data.Security;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.EntityFrameworkCore;

namespace KpsCrm.Web.Maintenance;

/// <summary>What goes wrong under /api is answered in the API's own form; pages get /error.</summary>
public sealed class ApiErrors : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(HttpContext http, Exception exception, CancellationToken cancellationToken)
    {
        // The request itself has been sent on to /error by now.
        var asked = new PathString(http.Features.Get<IExceptionHandlerPathFeature>()?.Path ?? http.Request.Path.Value);
        if (!asked.StartsWithSegments("/api"))
            return false;

        var (status, sentence) = exception switch
        {
            RuleException => (StatusCodes.Status400BadRequest, exception.Message),
            AccessDeniedException => (StatusCodes.Status403Forbidden, exception.Message),
            DbUpdateConcurrencyException => (StatusCodes.Status409Conflict, "Someone else changed this first; load it again."),
            BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } => (StatusCodes.Status413PayloadTooLarge, "The request is too large."),
            BadHttpRequestException bad => (bad.StatusCode, "The request could not be read."),
            _ => (StatusCodes.Status500InternalServerError, "The server could not finish this; nothing was saved. Try again in a moment."),
        };
        http.Response.StatusCode = status;
        await http.Response.WriteAsJsonAsync(new { success = false, error = sentence }, cancellationToken);
        return true;
    }
}
