using System.Net;
using System.Net.Http.Headers;
using KpsCrm.Data;
using KpsCrm.Web.Features.Files;
using KpsCrm.Web.Features.Recycling;
using KpsCrm.Web.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace KpsCrm.Web.Tests.Files;

public class DownloadTests
{
    [Fact]
    public async Task AFileIsSavedNeverShown()
    {
        await using var app = await CrmApp.StartAsync();
        var (lead, file) = await FileAsync(app, "Grüße.pdf");
        var anna = await app.SignInAsync();

        var answer = await anna.GetAsync($"/files/{file}");

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(Samples.Pdf, await answer.Content.ReadAsByteArrayAsync());
        var headers = answer.Content.Headers;
        Assert.Equal(("application/pdf", Samples.Pdf.Length), (headers.ContentType!.MediaType, headers.ContentLength));
        Assert.Equal(("attachment", "Grüße.pdf"), (headers.ContentDisposition!.DispositionType, headers.ContentDisposition.FileNameStar));
        Assert.Equal("nosniff", string.Join(',', answer.Headers.GetValues("X-Content-Type-Options")));
        Assert.StartsWith("sandbox; default-src 'none'", string.Join(',', answer.Headers.GetValues("Content-Security-Policy")));
        Assert.True(answer.Headers.CacheControl!.Private);

        var head = await anna.SendAsync(new(HttpMethod.Head, $"/files/{file}"));
        Assert.Equal((HttpStatusCode.OK, (long?)Samples.Pdf.Length), (head.StatusCode, head.Content.Headers.ContentLength));
        var part = new HttpRequestMessage(HttpMethod.Get, $"/files/{file}") { Headers = { Range = new RangeHeaderValue(2, 5) } };
        var piece = await anna.SendAsync(part);
        Assert.Equal(HttpStatusCode.PartialContent, piece.StatusCode);
        Assert.Equal(Samples.Pdf[2..6], await piece.Content.ReadAsByteArrayAsync());
        var again = new HttpRequestMessage(HttpMethod.Get, $"/files/{file}") { Headers = { IfNoneMatch = { answer.Headers.ETag! } } };
        Assert.Equal(HttpStatusCode.NotModified, (await anna.SendAsync(again)).StatusCode);
    }

    [Fact]
    public async Task AStrangerIsSentToSignInAndWhatIsBinnedIsNotFound()
    {
        await using var app = await CrmApp.StartAsync();
        var (lead, file) = await FileAsync(app, "a.pdf");
        var anna = await app.SignInAsync();
        var actor = await app.ActorAsync("anna@kps.example");

        Assert.Equal(HttpStatusCode.Found, (await app.NewClient().GetAsync($"/files/{file}")).StatusCode);

        await new DeleteRecord(ItemRef.Lead(lead)).RunAsync(app.Store, actor);
        await AssertNotFoundAsync(anna, $"/files/{file}");
        await new RestoreRecord(ItemRef.Lead(lead)).RunAsync(app.Store, actor);
        Assert.Equal(HttpStatusCode.OK, (await anna.GetAsync($"/files/{file}")).StatusCode);
        await new DeleteRecord(new(ItemKind.File, file)).RunAsync(app.Store, actor);
        await AssertNotFoundAsync(anna, $"/files/{file}");
        await AssertNotFoundAsync(anna, "/files/99999");
    }

    private static async Task AssertNotFoundAsync(HttpClient client, string path)
    {
        var answer = await client.GetAsync(path);
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Contains("There is nothing here", await answer.Content.ReadAsStringAsync());
    }

    private static async Task<(int Lead, int File)> FileAsync(CrmApp app, string name)
    {
        var anna = await app.ActorAsync("anna@kps.example");
        var lead = await app.Store.WriteAsync(anna, db => Task.FromResult(db.Leads.Add(new() { Name = "Ana", Email = "ana@example.com", CreatedAt = db.Now }).Entity));
        return (lead.Id, await app.Services.GetRequiredService<AddFile>().RunAsync(anna, ItemRef.Lead(lead.Id), name, new MemoryStream(Samples.Pdf)));
    }
}
