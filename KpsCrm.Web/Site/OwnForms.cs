using KpsCrm.Web.Features.Intake;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Components.Endpoints;
using Microsoft.AspNetCore.Http.Extensions;

namespace KpsCrm.Web.Site;

/// <summary>What is posted with a cookie comes from a form of our own pages, or is refused.</summary>
internal static class OwnForms
{
    /// <summary>False also for a body that is no form, or broke off.</summary>
    public static async Task<bool> IsOwnFormAsync(this IAntiforgery antiforgery, HttpContext http)
    {
        try
        {
            return await antiforgery.IsRequestValidAsync(http);
        }
        catch (AntiforgeryValidationException)
        {
            return false;
        }
    }

    /// <summary>Also a person's own form is refused, when it was open while they signed out or cleared their cookies. The platform's word for it is for programmers.</summary>
    public static IApplicationBuilder UseOwnFormsOnly(this IApplicationBuilder app) => app.UseAntiforgery().Use((http, next) =>
    {
        if (http.Features.Get<IAntiforgeryValidationFeature>() is not { IsValid: false } || http.GetEndpoint()?.Metadata.GetMetadata<ComponentTypeMetadata>() is null)
            return next(http);
        http.Response.StatusCode = StatusCodes.Status400BadRequest;
        return PlainPage.WriteAsync(http.Response, "This page was open for too long", "Nothing was sent. Open the page again and repeat what you did.", http.Request.GetEncodedPathAndQuery(), "Open it again");
    });
}
