using System.Security.Cryptography;
using KpsCrm.Data.Maintenance;
using KpsCrm.Web.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace KpsCrm.Web.Tests.Maintenance;

/// <summary>What a killed program left, database and log, was damaged as well: a restore keeps every byte of both, for whoever can read more out of them than we.</summary>
public sealed class DamagedRestoreTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("kps-damaged-").FullName;

    [Theory]
    [InlineData(16)]
    [InlineData(100)]
    [InlineData(300_000)]
    public async Task ADamagedDatabaseAndItsLogAreKeptAsTheyAre(int bytes)
    {
        await using var data = await TestDatabase.CreateAsync();
        await data.AddLeadAsync("Before");
        var backup = await data.Provided.GetRequiredService<Backup>().CreateAsync(TimeZoneInfo.Utc);
        await data.AddLeadAsync("After", "after@example.com");
        var path = Path.Combine(_folder, "kps_crm.db");
        var database = await File.ReadAllBytesAsync(data.Options.Path);
        var log = await ReadAsync($"{data.Options.Path}-wal");
        RandomNumberGenerator.Fill(database.AsSpan(0, bytes));
        await File.WriteAllBytesAsync(path, database);
        await File.WriteAllBytesAsync($"{path}-wal", log);

        var (code, _, error) = await new CommandLine(path).RunAsync(["db", "restore", backup.Path]);

        Assert.Equal((0, ""), (code, error));
        Assert.Equal(["Before"], new LandedFile(path).Ask("SELECT name FROM leads").Select(r => (string)r[0]!));
        var kept = Assert.Single(Directory.GetFiles(_folder, "damaged_*.db"));
        Assert.Equal(database, await File.ReadAllBytesAsync(kept));
        Assert.NotEmpty(log);
        Assert.Equal(log, await File.ReadAllBytesAsync($"{kept}-wal"));
    }

    private static async Task<byte[]> ReadAsync(string path)
    {
        await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var bytes = new byte[file.Length];
        await file.ReadExactlyAsync(bytes);
        return bytes;
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
