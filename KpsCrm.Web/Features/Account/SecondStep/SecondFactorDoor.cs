using KpsCrm.Data.Users;
using Microsoft.AspNetCore.Authorization;

namespace KpsCrm.Web.Features.Account.SecondStep;

public static class SecondFactorDoor
{
    private static readonly string[] Open = ["/account/second-factor", "/account/passkeys", "/account/passkey-options", "/sign-out"];

    /// <summary>Where admins need a second factor, one without it is led to set it up, and gets nothing else.</summary>
    public static IApplicationBuilder UseSecondFactorDoor(this IApplicationBuilder app) => app.Use((http, next) =>
    {
        var options = http.RequestServices.GetRequiredService<AccountOptions>();
        if (options.SecondFactorForAdmins != SecondFactorRule.Required || !http.User.IsInRole(nameof(Role.Admin)) || UserClaims.HasSecondFactor(http.User)
            || IsPublic(http) || Open.Any(path => http.Request.Path.StartsWithSegments(path)))
            return next(http);
        if (HttpMethods.IsGet(http.Request.Method) && !http.Request.Path.StartsWithSegments("/_blazor") && !http.Request.Path.StartsWithSegments("/api"))
            http.Response.Redirect(Open[0]);
        else
            http.Response.StatusCode = StatusCodes.Status403Forbidden;
        return Task.CompletedTask;
    });

    /// <summary>The API asks for itself, and would give an admin what an admin may have.</summary>
    private static bool IsPublic(HttpContext http) => http.GetEndpoint()?.Metadata.GetMetadata<IAllowAnonymous>() is not null && !http.Request.Path.StartsWithSegments("/api");
}
