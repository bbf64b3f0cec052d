using KpsCrm.Data;
using KpsCrm.Data.Files;
using KpsCrm.Web.Features.Files;
using KpsCrm.Web.Site;
using KpsCrm.Web.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace KpsCrm.Web.Tests.Files;

public class UploadLimitTests
{
    private static readonly byte[] Megabyte = [.. Enumerable.Repeat((byte)'x', 1024 * 1024)];

    /// <summary>D11: what fits is kept and the rest is told, however many come at once; others aren't held up, and an hour later there is room again.</summary>
    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task OfManyAtOnceNoMoreIsKeptThanOnePersonMayAttach(DatabaseProvider provider)
    {
        await using var data = await TestDatabase.CreateAsync(provider);
        var lead = ItemRef.Lead(await data.AddLeadAsync());
        var files = new AddFile(data.Provided.GetRequiredService<FileStore>(), data.Store, new LimitOptions { UploadMegabytesPerHour = 10 });
        Task<int> AttachAsync(KpsCrm.Data.Security.Actor who) => files.RunAsync(who, lead, "a.txt", new MemoryStream(Megabyte));

        var tries = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Record.ExceptionAsync(() => AttachAsync(data.Anna)).AsTask()));

        Assert.Equal(10, tries.Count(t => t is null));
        Assert.All(tries.OfType<Exception>(), t => Assert.Equal("You have attached 10.0 MB within an hour, and 10 MB is the most; attach the rest later.", Assert.IsType<RuleException>(t).Message));
        Assert.Equal(10, await data.Store.ReadAsync(data.Anna, view => view.Attachments.CountAsync()));
        Assert.Equal(10, Directory.GetFiles(data.Options.Files, "*", SearchOption.AllDirectories).Length);
        await AttachAsync(data.Ben);
        data.Clock.Advance(TimeSpan.FromMinutes(61));
        await AttachAsync(data.Anna);
    }
}
