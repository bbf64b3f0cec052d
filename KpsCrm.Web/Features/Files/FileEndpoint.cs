using KpsCrm.Data;
using KpsCrm.Data.Files;
using KpsCrm.Data.Security;
using KpsCrm.Web.Features.Account;
using KpsCrm.Web.Site;
using Microsoft.Net.Http.Headers;

namespace KpsCrm.Web.Features.Files;

public static class FileEndpoint
{
    public static IServiceCollection AddFiles(this IServiceCollection services) => services.AddSingleton<AddFile>();

    /// <summary>
    /// <c>GET /files/{id}</c>: a file's bytes, for saving only; in ranges where asked. 404 when it, or its record, is in the recycle bin.
    /// A stranger's file is never shown by the browser: it can't guess another type, run anything, or be framed.
    /// </summary>
    public static IEndpointRouteBuilder MapFiles(this IEndpointRouteBuilder app)
    {
        app.MapMethods("/files/{id:int}", [HttpMethods.Get, HttpMethods.Head], async (int id, HttpContext http, CrmStore store, FileStore files, SecurityTrail trail, ILogger<FileStore> log) =>
        {
            if (await store.ReadAsync(UserClaims.ActorOf(http.User), view => FilesQuestion.FindAsync(view, id, http.RequestAborted), http.RequestAborted) is not { } file)
                return Results.NotFound();
            var path = files.PathOf(file.StoredAs);
            if (!File.Exists(path))
            {
                log.LogError("The file {Id} is missing: there is no {Path}", id, path);
                return Results.NotFound();
            }

            // In pieces too: without its first byte a file is as good as whole.
            if (HttpMethods.IsGet(http.Request.Method))
                trail.Note(UserClaims.ActorOf(http), SecurityEvents.FileDownloaded, $"files/{id}");
            var headers = http.Response.Headers;
            headers.XContentTypeOptions = "nosniff";
            headers.ContentSecurityPolicy = "sandbox; default-src 'none'; frame-ancestors 'none'";
            headers.CacheControl = "private, no-cache";
            return Results.File(path, file.ContentType, file.Name, file.AddedAt, new EntityTagHeaderValue($"\"{file.Sha256}\""), enableRangeProcessing: true);
        }).RequireRateLimiting(CallLimits.Downloads);
        return app;
    }
}
