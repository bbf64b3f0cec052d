using System.Security.Cryptography;
using System.Text;
using KpsCrm.Data;
using KpsCrm.Data.Security;
using KpsCrm.Data.Users;
using KpsCrm.Web.Features.Account;
using KpsCrm.Web.Live;
using KpsCrm.Web.Site;

namespace KpsCrm.Web.Features.Dashboard;

/// <summary>Settings section <c>Api</c>.</summary>
public sealed class ApiOptions
{
    public const string Section = "Api";

    /// <summary>What programs send as <c>Authorization: Bearer …</c>. Empty: no program gets in.</summary>
    public string? Token { get; set; }
}

public static class AnalyticsEndpoint
{
    private static readonly Actor Program = new(null, "API", Role.Sales);

    /// <summary><c>GET /api/analytics</c> of the compatibility contract; the audit trail is told, see <see cref="AnalyticsReaders"/>. Answers 401 itself: programs can't follow a redirect to a sign-in page. 403 for a person without the right to export.</summary>
    public static IEndpointRouteBuilder MapDashboard(this IEndpointRouteBuilder app)
    {
        app.MapGet("/api/analytics", async (HttpContext http, string? type, CrmStore store, LiveAnswers answers, CompanyOptions company, IConfiguration configuration, AnalyticsReaders readers) =>
        {
            if (WhoAsks(http, configuration.GetSection(ApiOptions.Section).Get<ApiOptions>()?.Token) is not { } who)
            {
                http.Response.Headers.WWWAuthenticate = "Bearer";
                return Results.Json(new { success = false, error = "Sign in or send an API token." }, statusCode: StatusCodes.Status401Unauthorized);
            }

            who = await store.PresentAsync(who, http.RequestAborted);
            Gate.DemandExport(who);
            var figures = await answers.AskAsync(who, new DashboardQuestion(Period.All, null, company));
            var newest = await answers.AskAsync(who, new NewestQuestion(company));
            var data = AnalyticsData.Of(figures, newest);
            readers.Note(http, who, newest.Leads.Count + newest.Clients.Count);
            return type == "dashboard" ? Results.Json(new { success = true, data, lastUpdated = figures.AsOf }) : Results.Json(data);
        }).AllowAnonymous().RequireRateLimiting(CallLimits.Api);
        return app;
    }

    private static Actor? WhoAsks(HttpContext http, string? token)
    {
        const string scheme = "Bearer ";
        var header = http.Request.Headers.Authorization.ToString();
        if (header.StartsWith(scheme, StringComparison.OrdinalIgnoreCase))
            return !string.IsNullOrEmpty(token) && Same(header[scheme.Length..].Trim(), token) ? Program : null;
        return UserClaims.ActorOf(http.User) is { Role: not null } person ? person : null;
    }

    /// <summary>Takes as long for a wrong token as for the right one; the hashes are of one length whatever was sent.</summary>
    private static bool Same(string sent, string token) =>
        CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(sent)), SHA256.HashData(Encoding.UTF8.GetBytes(token)));
}
