using KpsCrm.Data;
using KpsCrm.Data.Activities;
using KpsCrm.Data.Files;
using KpsCrm.Data.Maintenance;
using KpsCrm.Data.Security;
using KpsCrm.Web.Features.Files;
using KpsCrm.Web.Features.Recycling;
using KpsCrm.Web.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace KpsCrm.Web.Tests.Files;

public class KeptFileTests
{
    private static readonly TimeZoneInfo Zone = new CompanyOptions().Zone;

    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task AFileIsKeptWithItsRecordAndTheTimelineSaysSo(DatabaseProvider provider)
    {
        await using var data = await TestDatabase.CreateAsync(provider);
        var lead = await data.AddLeadAsync();
        data.Clock.Advance(TimeSpan.FromMinutes(5));

        await AddAsync(data, ItemRef.Lead(lead), "..\\scan\u202E.pdf", Samples.Pdf);

        await data.Store.ReadAsync(data.Ben, async view =>
        {
            var file = await view.Attachments.SingleAsync();
            Assert.Equal(("scan.pdf", "application/pdf", (long)Samples.Pdf.Length, "Anna Alvarez", (int?)lead), (file.Name, file.ContentType, file.Bytes, file.AddedByName, file.LeadId));
            Assert.Equal(Samples.Pdf, await File.ReadAllBytesAsync(Files(data).PathOf(file.StoredAs)));
            Assert.Equal("attached scan.pdf", (await view.Activities.SingleAsync(a => a.Kind == ActivityKind.File && a.LeadId == lead)).Summary);
            Assert.Equal(view.Now, (await view.Leads.SingleAsync()).LastActivityAt);
            return 0;
        });
        Assert.Empty((await data.Provided.GetRequiredService<DatabaseCheck>().RunAsync()).Findings);
    }

    [Fact]
    public async Task WhatIsRefusedLeavesNothing()
    {
        await using var data = await TestDatabase.CreateAsync();
        var lead = ItemRef.Lead(await data.AddLeadAsync());
        var binned = ItemRef.Lead(await data.AddLeadAsync("Gone", "gone@example.com"));
        await new DeleteRecord(binned).RunAsync(data.Store, data.Anna);

        Assert.Equal("The file is empty.", await RefusalAsync(data, lead, "a.txt", []));
        Assert.Equal("A file can have 10 MB at most.", await RefusalAsync(data, lead, "a.txt", new byte[Attachment.MaxBytes + 1]));
        Assert.Contains("PNG", await RefusalAsync(data, lead, "a.pdf", Samples.Png));
        Assert.Contains("no longer there", await RefusalAsync(data, binned, "a.pdf", Samples.Pdf));
        Assert.Contains("no longer there", await RefusalAsync(data, ItemRef.Deal(99), "a.pdf", Samples.Pdf));
        await Assert.ThrowsAsync<IOException>(() => new AddFile(Files(data), data.Store).RunAsync(data.Anna, lead, "a.pdf", new BrokenStream()));

        Assert.Empty(OnDisk(data));
        Assert.Equal(0, await data.Store.ReadAsync(data.Anna, view => view.Attachments.IgnoreQueryFilters().CountAsync()));
        Assert.Equal(0, await data.Store.ReadAsync(data.Anna, view => view.Activities.CountAsync(a => a.Kind == ActivityKind.File)));
    }

    [Fact]
    public async Task ExactlyTenMegabytesAreKept()
    {
        await using var data = await TestDatabase.CreateAsync();
        var content = new byte[Attachment.MaxBytes];
        Array.Fill(content, (byte)'x');

        await AddAsync(data, ItemRef.Lead(await data.AddLeadAsync()), "a.txt", content);

        Assert.Single(OnDisk(data));
    }

    [Fact]
    public async Task BytesWithoutARowAreSweptOnceNoSaveCanNeedThem()
    {
        await using var data = await TestDatabase.CreateAsync();
        await AddAsync(data, ItemRef.Lead(await data.AddLeadAsync()), "a.pdf", Samples.Pdf);
        var kept = Assert.Single(OnDisk(data));
        // The program dies between the bytes and the row, and while bytes come in.
        var staged = await Files(data).StageAsync(new MemoryStream(Samples.Png), Attachment.MaxBytes);
        staged.Name();
        var unfinished = await Files(data).StageAsync(new MemoryStream(Samples.Png), Attachment.MaxBytes);
        foreach (var file in OnDisk(data))
            File.SetLastWriteTimeUtc(file, data.Clock.GetUtcNow().UtcDateTime);

        Assert.Equal(0, await Files(data).SweepAsync());
        data.Clock.Advance(TimeSpan.FromHours(2));
        Assert.Equal(2, (await data.Provided.GetRequiredService<DatabaseCheck>().RunAsync()).Findings.Count(f => f.Sentence.StartsWith("No row refers to the file", StringComparison.Ordinal)));
        Assert.Equal(2, await Files(data).SweepAsync());

        Assert.Equal([kept], OnDisk(data));
        Assert.Empty((await data.Provided.GetRequiredService<DatabaseCheck>().RunAsync()).Findings);
        (staged, unfinished).ToString();
        // They can be looked for during a month.
        var taken = Path.Combine(Path.ChangeExtension(data.Options.Path, ".lost+found"), "2026-11-24");
        Assert.Equal(2, Directory.GetFiles(taken).Length);
        data.Clock.Advance(TimeSpan.FromDays(29));
        await Files(data).SweepAsync();
        Assert.True(Directory.Exists(taken));
        data.Clock.Advance(TimeSpan.FromDays(3));
        await Files(data).SweepAsync();
        Assert.False(Directory.Exists(taken));
    }

    /// <summary>A database that is not where it was, and a new one made in its place, or one on another server: the files are still somebody's.</summary>
    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task FilesOlderThanTheDatabaseAreLeftAlone(DatabaseProvider provider)
    {
        await using var data = await TestDatabase.CreateAsync(provider);
        var theirs = Path.Combine(Directory.CreateDirectory(Path.Combine(data.Options.Files, "ab")).FullName, "abc");
        await File.WriteAllTextAsync(theirs, "the contract");
        File.SetLastWriteTimeUtc(theirs, new(2026, 10, 31));

        Assert.Equal(0, await Files(data).SweepAsync());
        await data.Store.WriteAsync(Actor.System, db => db.Users.ExecuteDeleteAsync());
        File.SetLastWriteTimeUtc(theirs, new(2026, 11, 20));
        Assert.Equal(0, await Files(data).SweepAsync());

        Assert.Equal("the contract", await File.ReadAllTextAsync(theirs));
    }

    /// <summary>Put back where it was, the database finds them again.</summary>
    [Fact]
    public async Task WhatWasTakenAwayByMistakeComesBackByARepair()
    {
        await using var data = await TestDatabase.CreateAsync();
        await AddAsync(data, ItemRef.Lead(await data.AddLeadAsync()), "a.pdf", Samples.Pdf);
        var file = Assert.Single(OnDisk(data));
        var taken = Directory.CreateDirectory(Path.Combine(Path.ChangeExtension(data.Options.Path, ".lost+found"), "2026-11-23")).FullName;
        File.Move(file, Path.Combine(taken, Path.GetFileName(file)));

        var report = await data.Provided.GetRequiredService<DatabaseCheck>().RepairAsync(data.Admin);

        Assert.Empty(report.Findings);
        Assert.Equal(Samples.Pdf, await File.ReadAllBytesAsync(file));
    }

    [Fact]
    public async Task TheCheckFindsMissingAndDamagedFiles()
    {
        await using var data = await TestDatabase.CreateAsync();
        var lead = ItemRef.Lead(await data.AddLeadAsync());
        await AddAsync(data, lead, "one.pdf", Samples.Pdf);
        var one = OnDisk(data)[0];
        await AddAsync(data, lead, "two.png", Samples.Png);
        var two = OnDisk(data).Single(f => f != one);
        File.Delete(one);
        await File.WriteAllBytesAsync(two, [.. Samples.Png[..^1], 0]);

        Assert.Equal([$"The content of file 1 (one.pdf) is missing: {one}.", $"The content of file 2 (two.png) is damaged: {two}."], (await data.Provided.GetRequiredService<DatabaseCheck>().RunAsync()).Findings.Select(f => f.Sentence));
    }

    [Fact]
    public async Task ABackupHoldsTheFilesOfItsRowsAndARestoreBringsThemBack()
    {
        await using var data = await TestDatabase.CreateAsync();
        var lead = ItemRef.Lead(await data.AddLeadAsync());
        await AddAsync(data, lead, "one.pdf", Samples.Pdf);
        await AddAsync(data, lead, "binned.pdf", Samples.Pdf);
        await new DeleteRecord(new(ItemKind.File, 2)).RunAsync(data.Store, data.Anna);
        var both = OnDisk(data);
        var backup = await data.Provided.GetRequiredService<Backup>().CreateAsync(Zone);
        await AddAsync(data, lead, "later.png", Samples.Png);
        var later = OnDisk(data).Except(both).Single();
        File.Delete(both[0]);
        // In another file, as a failing disk would: the backup shares the bytes of what was never changed.
        File.Delete(both[1]);
        await File.WriteAllBytesAsync(both[1], Samples.Png);

        Assert.Equal((2, 0), (backup.Files.Count, backup.Files.Missing.Count));
        Assert.Equal(both.Select(Path.GetFileName), Directory.GetFiles(Path.ChangeExtension(backup.Path, ".files"), "*", SearchOption.AllDirectories).Select(Path.GetFileName).Order());

        var (saved, restored) = await data.Provided.GetRequiredService<Restore>().RunAsync(backup.Path, Zone);

        Assert.Equal((2, 0), (restored.Files.Count, restored.Files.Missing.Count));
        await using var again = data.OpenSecondInstance();
        Assert.Empty((await again.GetRequiredService<DatabaseCheck>().RunAsync()).Findings);
        Assert.Equal(Samples.Pdf, await File.ReadAllBytesAsync(both[1]));
        Assert.True(File.Exists(Path.Combine(Path.ChangeExtension(saved!, ".files"), Path.GetRelativePath(data.Options.Files, later))), "the state before was saved with its files");
    }

    [Fact]
    public async Task EveryFileThatARowOfABackupRefersToIsInItWhileFilesComeAndGo()
    {
        await using var data = await TestDatabase.CreateAsync();
        var lead = ItemRef.Lead(await data.AddLeadAsync());
        var purge = data.Provided.GetRequiredService<KpsCrm.Data.Recycling.BinPurge>();
        using var stop = new CancellationTokenSource();
        var begun = new TaskCompletionSource();
        var writer = Task.Run(async () =>
        {
            for (var n = 0; !stop.IsCancellationRequested; n++)
            {
                var id = await AddAsync(data, lead, $"{n}.txt", [.. "text"u8]);
                if (n % 2 == 0)
                {
                    await new DeleteRecord(new(ItemKind.File, id)).RunAsync(data.Store, data.Anna);
                    await purge.PurgeNowAsync(data.Admin, new(ItemKind.File, id));
                }
                if (n == 10)
                    begun.SetResult();
            }
        });
        await begun.Task;

        var backups = new List<BackupReport>();
        for (var i = 0; i < 5; i++)
            backups.Add(await data.Provided.GetRequiredService<Backup>().CreateAsync(Zone));
        await stop.CancelAsync();
        await writer;

        Assert.All(backups, b => Assert.Empty(b.Files.Missing));
        Assert.All(backups, b => Assert.Equal(b.Rows["attachments"], Directory.GetFiles(Path.ChangeExtension(b.Path, ".files"), "*", SearchOption.AllDirectories).Length));
    }

    private static FileStore Files(TestDatabase data) => data.Provided.GetRequiredService<FileStore>();

    private static string[] OnDisk(TestDatabase data) => Directory.Exists(data.Options.Files) ? [.. Directory.GetFiles(data.Options.Files, "*", SearchOption.AllDirectories).OrderBy(Path.GetFileName)] : [];

    private static Task<int> AddAsync(TestDatabase data, ItemRef to, string name, byte[] content) =>
        new AddFile(Files(data), data.Store).RunAsync(data.Anna, to, name, new MemoryStream(content));

    private static async Task<string> RefusalAsync(TestDatabase data, ItemRef to, string name, byte[] content) =>
        (await Assert.ThrowsAsync<RuleException>(() => AddAsync(data, to, name, content))).Message;

    /// <summary>A connection that is lost halfway.</summary>
    private sealed class BrokenStream : MemoryStream
    {
        private bool _begun;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (_begun)
                throw new IOException("lost");
            _begun = true;
            buffer.Span[..5].Fill((byte)'x');
            return ValueTask.FromResult(5);
        }
    }
}
