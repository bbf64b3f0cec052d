using System.Text.RegularExpressions;
using KpsCrm.Web.Site;

namespace KpsCrm.Web.Tests.Site;

public class RuntimeFloorTests
{
    [Fact]
    public void WhatIsPublishedStandsOnTheFloor()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "KpsCrm.sln")))
            folder = folder.Parent!;
        var published = Regex.Match(File.ReadAllText(Path.Combine(folder.FullName, "Directory.Build.props")), "<PatchedRuntime>([0-9.]+)</PatchedRuntime>").Groups[1].Value;

        Assert.True(Version.Parse(published) >= RuntimeFloor.Floor, $"Published is {published}, the floor is {RuntimeFloor.Floor}.");
    }

    [Fact]
    public void AnOlderRuntimeIsNamedAndANewerOneIsNot()
    {
        Assert.Contains("10.0.12", RuntimeFloor.Warning(new(10, 0, 12)));
        Assert.Null(RuntimeFloor.Warning(RuntimeFloor.Floor));
        Assert.Null(RuntimeFloor.Warning(new(11, 0, 0)));
        Assert.True(RuntimeFloor.Running >= new Version(10, 0, 0));
    }
}
