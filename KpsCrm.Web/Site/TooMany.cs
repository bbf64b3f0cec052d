using System.Globalization;

namespace KpsCrm.Web.Site;

internal static class TooMany
{
    /// <summary>429, and when to come again.</summary>
    /// <returns>Whole seconds, at least one.</returns>
    public static int RefuseFor(this HttpResponse response, TimeSpan wait)
    {
        var seconds = Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds));
        response.StatusCode = StatusCodes.Status429TooManyRequests;
        response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        return seconds;
    }
}
