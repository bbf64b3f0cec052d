using Microsoft.AspNetCore.Components.Endpoints;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;

namespace KpsCrm.Web.Features.Intake;

/// <summary>Marks what strangers may post to.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class PublicPostAttribute : Attribute;

/// <summary>Stands before every public post: refuses foreign sites that are not listed, and bodies that are too large.</summary>
public sealed class PublicDoor(RequestDelegate next, IOptions<IntakeOptions> options, CompanyOptions company)
{
    public const int MaxBodyBytes = 64 * 1024;

    public async Task InvokeAsync(HttpContext http)
    {
        if (!HttpMethods.IsPost(http.Request.Method) || http.GetEndpoint()?.Metadata.GetMetadata<PublicPostAttribute>() is null)
        {
            await next(http);
            return;
        }

        if (!IsWelcome(http.Request))
        {
            await RefuseAsync(http, StatusCodes.Status403Forbidden, "Posts from other sites are not accepted here.");
            return;
        }

        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
            size.MaxRequestBodySize = MaxBodyBytes;
        try
        {
            if (http.Request.ContentLength > MaxBodyBytes)
                throw new BadHttpRequestException("Too large.", StatusCodes.Status413PayloadTooLarge);
            if (http.Request.HasFormContentType)
                await ReadFormAsync(http.Request);
            else if (http.GetEndpoint()?.Metadata.GetMetadata<ComponentTypeMetadata>() is not null)
                throw new BadHttpRequestException("A page takes a form and nothing else.");
            await next(http);
        }
        catch (Exception e) when (e is BadHttpRequestException or InvalidDataException && !http.Response.HasStarted)
        {
            var tooLarge = e is BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge };
            await RefuseAsync(http,
                tooLarge ? StatusCodes.Status413PayloadTooLarge : StatusCodes.Status400BadRequest,
                tooLarge ? $"That is too much at once: at most 64 kB fit. Shorten the message, or send it to {company.Email}." : "The request could not be read.");
        }
    }

    private static async Task ReadFormAsync(HttpRequest request)
    {
        try
        {
            await request.ReadFormAsync();
        }
        catch (IOException e) when (e is not BadHttpRequestException)
        {
            throw new BadHttpRequestException("The form breaks off.", e);
        }
    }

    /// <summary>Browsers name the site a post comes from; whoever names none is no browser, and has no cookies to abuse.</summary>
    private bool IsWelcome(HttpRequest request)
    {
        if (request.Headers["Sec-Fetch-Site"] == "same-origin" || request.Headers.Origin.Count == 0)
            return true;

        // The scheme is not compared: behind a proxy that ends TLS the program sees http.
        var origin = request.Headers.Origin.ToString();
        return options.Value.Origins.Contains(origin.ToLowerInvariant())
            || (Uri.TryCreate(origin, UriKind.Absolute, out var uri) && uri.Authority.Equals(request.Host.Value, StringComparison.OrdinalIgnoreCase));
    }

    private static Task RefuseAsync(HttpContext http, int status, string sentence)
    {
        http.Response.StatusCode = status;
        return http.Request.Path.StartsWithSegments("/api")
            ? http.Response.WriteAsJsonAsync(Answer.Refused(sentence))
            : PlainPage.WriteAsync(http.Response, "This didn't work", sentence);
    }
}
