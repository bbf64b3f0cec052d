using KpsCrm.Web.Tests.Support;

namespace KpsCrm.Web.Tests.Maintenance;

public sealed class FileRightsTests
{
    private const UnixFileMode Others = UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    [Fact]
    public async Task WhatACommandWritesIsForNobodyElse()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There a file takes the rights of its folder.");
        var folder = Directory.CreateTempSubdirectory("kps-rights-");
        var program = new CommandLine(Path.Combine(folder.FullName, "kps_crm.db"));

        foreach (var command in new[] { "db init", "db backup", $"db export {folder.FullName}/export" })
            Assert.Equal((command, 0), (command, (await program.RunAsync(command.Split(' '))).Code));

        var written = folder.EnumerateFileSystemInfos("*", SearchOption.AllDirectories).ToList();
        Assert.Contains(written, f => f.Name.StartsWith("backup_", StringComparison.Ordinal));
        Assert.Contains(written, f => f.Name == "leads.csv");
#pragma warning disable CA1416 // Left above.
        Assert.Equal([], written.Where(f => (f.UnixFileMode & Others) != 0).Select(f => f.Name));
#pragma warning restore CA1416
        folder.Delete(recursive: true);
    }
}
