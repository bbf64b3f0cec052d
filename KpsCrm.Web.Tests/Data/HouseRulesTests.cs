using System.Text.RegularExpressions;

namespace KpsCrm.Web.Tests.Data;

/// <summary>Rules that no compiler checks, read off the sources.</summary>
public partial class HouseRulesTests
{
    [Fact]
    public void OnlyTheDataProjectBypassesSaveChanges() => AssertNone(WebSources(), @"\b(ExecuteUpdate|ExecuteDelete|ExecuteSql|FromSql)");

    [Fact]
    public void NobodyPublishesByHand() => AssertNone(WebSources(), @"\.Publish\(");

    [Fact]
    public void NobodyAsksTheSystemClock() => AssertNone(WebSources().Concat(Sources("KpsCrm.Data")), @"\bDateTime(Offset)?\.(Now|UtcNow|Today)\b");

    [Fact]
    public void NothingWaitsForATaskByBlocking() => AssertNone(WebSources().Concat(Sources("KpsCrm.Data")), @"\.GetAwaiter\(\)\.GetResult\(\)|\.Wait\(\)|async void");

    [Fact]
    public void NoPageCarriesScriptsOrHandlersOfItsOwn() => AssertNone(WebSources(), @"<script>|\son(click|load|error|submit)=""[^@]");

    private static IEnumerable<string> WebSources() => Sources("KpsCrm.Web");

    private static IEnumerable<string> Sources(string project)
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(root.FullName, "KpsCrm.sln")))
            root = root.Parent!;
        return Directory.EnumerateFiles(Path.Combine(root.FullName, project), "*.*", SearchOption.AllDirectories)
            .Where(f => (f.EndsWith(".cs", StringComparison.Ordinal) || f.EndsWith(".razor", StringComparison.Ordinal)) && !Generated().IsMatch(f));
    }

    private static void AssertNone(IEnumerable<string> files, string pattern)
    {
        var offences = files.SelectMany(f => File.ReadLines(f).Select((line, i) => (File: Path.GetFileName(f), Number: i + 1, Line: line.Trim())))
            .Where(l => !l.Line.StartsWith("//", StringComparison.Ordinal) && Regex.IsMatch(l.Line, pattern)).ToList();
        Assert.True(offences.Count == 0, string.Join("\n", offences));
    }

    [GeneratedRegex(@"[/\\](bin|obj|node_modules|Migrations)[/\\]")]
    private static partial Regex Generated();
}
