using System.Text.RegularExpressions;

namespace KpsCrm.Web.Tests.Attacks;

public sealed partial class AttackListTests
{
    /// <summary>docs/attacks.md and docs/security.md name no test that isn't there.</summary>
    [Theory, InlineData("attacks.md"), InlineData("security.md")]
    public void EveryTestThatADocumentNamesIsThere(string document)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "KpsCrm.sln")))
            folder = folder.Parent;
        var tests = typeof(AttackListTests).Assembly.GetTypes().Where(t => t.IsClass).ToLookup(t => t.Name, t => t.GetMethods().Select(m => m.Name));

        var named = Test().Matches(File.ReadAllText(Path.Combine(folder.FullName, "docs", document))).Select(m => (Class: m.Groups[1].Value, Method: m.Groups[2].Value)).Distinct().ToList();

        Assert.True(named.Count > 20);
        Assert.Equal([], named.Where(t => !tests.Contains(t.Class) || (t.Method != "" && !tests[t.Class].Any(methods => methods.Contains(t.Method)))).Select(t => $"{t.Class}.{t.Method}"));
    }

    [GeneratedRegex(@"\b([A-Z]\w*Tests)\b(?:\.(\w+))?")]
    private static partial Regex Test();
}
