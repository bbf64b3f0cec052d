using System.Net;
using KpsCrm.Data.Maintenance;
using KpsCrm.Web.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace KpsCrm.Web.Tests.Attacks;

/// <summary>A08, A11, D07, D08, K04: what lies beside the program is not to be had by any address.</summary>
public class SideDoorTests
{
    [Theory, InlineData(null), InlineData("anna@kps.example"), InlineData("admin@kps.example")]
    public async Task NoAddressServesAFileOfTheProgram(string? user)
    {
        await using var app = await CrmApp.StartAsync();
        await app.Services.GetRequiredService<Backup>().CreateAsync(TimeZoneInfo.Utc);
        using var client = user is null ? app.NewClient() : await app.SignInAsync(user);
        var names = Directory.EnumerateFileSystemEntries(app.Folder, "*", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(app.Folder, f)).Order().ToList();
        Assert.Contains(names, n => n.StartsWith("backup_", StringComparison.Ordinal));
        var addresses = names.SelectMany(n => new[] { $"/{n}", $"/database/{n}", $"/files/{n}", $"/files/..%2f{n}", $"/files/1/../../{n}", $"/..%2f..%2f{n}", $"/_content/..%2f..%2f{n}", $"/%2e%2e/{n}", $"/.%00/{n}" })
            .Concat(["/appsettings.json", "/appsettings.Development.json", "/KpsCrm.Web.dll", "/web.config", "/.git/config", "/.env", "/database/kps_crm.db", "/logs/", "/keys/", "/outbox/", "/files/../appsettings.json", "/files/%2e%2e%2fappsettings.json",
                "/files/CON", "/files/-1", "/files/2147483648", "/files/1%00.txt", "/files/1?type=text/html", "/files/1.html", "/files/shared", "/files/true", "/files?id=1&id=2", "/audit/export/..%2f..", "/backup", "/backups", "/settings/backup/download"]);
        foreach (var address in addresses)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(app.Url + address, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }));
            using var answer = await client.SendAsync(request);
            var body = await answer.Content.ReadAsByteArrayAsync();
            Assert.True(answer.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.BadRequest or HttpStatusCode.Found or HttpStatusCode.Forbidden || IsPage(answer, body), $"{address} answered {(int)answer.StatusCode} {answer.Content.Headers.ContentType}");
            Assert.False(body.AsSpan().StartsWith("SQLite format 3"u8), $"{address} gave a database away");
        }
    }

    /// <summary>A page of the program says that there is nothing, in its own words.</summary>
    private static bool IsPage(HttpResponseMessage answer, byte[] body) =>
        answer.Content.Headers.ContentType?.MediaType == "text/html" && System.Text.Encoding.UTF8.GetString(body).Contains("<html", StringComparison.Ordinal);
}
