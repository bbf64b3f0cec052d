using System.Globalization;
using System.Text;
using KpsCrm.Data;
using KpsCrm.Data.Maintenance;
using KpsCrm.Data.Security;
using KpsCrm.Data.Users;
using KpsCrm.Web.Features.Account;
using KpsCrm.Web.Shared;
using KpsCrm.Web.Site;
using Microsoft.EntityFrameworkCore;

namespace KpsCrm.Web.Features.Audit;

public static class AuditExport
{
    private const int PerRead = 2_000;
    private const string Head = "no,id,time_utc,event,severity,user_id,user,address,browser,about,details,hash";

    /// <summary><c>GET /audit/export</c>: the rows that <c>/audit</c> shows with the same filters, as CSV, newest first. Admins only; the export is in the trail before its first row goes out.</summary>
    public static IEndpointRouteBuilder MapAudit(this IEndpointRouteBuilder app)
    {
        app.MapGet("/audit/export", async (HttpContext http, CrmStore store, SecurityTrail trail, CompanyOptions company, TimeProvider clock) =>
        {
            var (who, filter) = (await store.PresentAsync(UserClaims.ActorOf(http), http.RequestAborted), AuditFilter.Of(new ListQuery(http.Request.QueryString.Value ?? "")));
            Gate.DemandExport(who);
            var count = await store.ReadAsync(who, view => filter.Apply(view.SecurityLogs, company).CountAsync(http.RequestAborted), http.RequestAborted);
            await trail.WriteAsync(who, SecurityEvents.Exported, "audit", new { rows = count, filter = http.Request.QueryString.Value }, SecuritySeverity.Warning);

            http.Response.ContentType = "text/csv; charset=utf-8";
            http.Response.Headers.ContentDisposition = string.Create(CultureInfo.InvariantCulture, $"attachment; filename=\"audit_{company.DayOf(clock.GetUtcNow().UtcDateTime):yyyy-MM-dd}.csv\"");
            http.Response.Headers.CacheControl = "no-store";
            http.Response.Headers.XContentTypeOptions = "nosniff";
            // Spreadsheets take a file without the mark for the machine's own code page.
            await using var text = new StreamWriter(http.Response.Body, new UTF8Encoding(encoderShouldEmitUTF8Identifier: true));
            await text.WriteAsync(Head + "\r\n");
            for (AuditPlace? after = null; ;)
            {
                var lines = await store.ReadAsync(who, view => AuditQuestion.Lines(filter.Apply(view.SecurityLogs, company), after).Take(PerRead).ToListAsync(http.RequestAborted), http.RequestAborted);
                foreach (var line in lines)
                    await text.WriteAsync(Row(line));
                await text.FlushAsync(http.RequestAborted);
                if (lines.Count < PerRead)
                    return;
                after = new(lines[^1].At, lines[^1].Id);
            }
        }).RequireAuthorization(policy => policy.RequireRole(nameof(Role.Admin))).RequireRateLimiting(CallLimits.Exports);
        return app;
    }

    private static string Row(AuditLine line) => string.Join(',', new[]
    {
        line.Seq?.ToString(CultureInfo.InvariantCulture), line.Id.ToString(CultureInfo.InvariantCulture), line.At.ToString(AuditChain.Time, CultureInfo.InvariantCulture), line.EventType, line.Severity,
        line.UserId, line.UserName, line.Address, line.Agent, line.Subject, line.Details, line.Hash,
    }.Select(Csv.Cell)) + "\r\n";
}
