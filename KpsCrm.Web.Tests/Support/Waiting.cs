using Microsoft.Playwright;

namespace KpsCrm.Web.Tests.Support;

internal static class Waiting
{
    /// <summary>Looks at every frame until the page's own script finds it true. Playwright's WaitForFunction has the page evaluate a string, which our policy refuses.</summary>
    public static Task UntilAsync(this IPage page, string condition, int milliseconds = 20_000) => page.EvaluateAsync($$"""
        () => new Promise((resolve, reject) => {
            const end = performance.now() + {{milliseconds}};
            const look = () => ({{condition}}) ? resolve() : performance.now() > end ? reject(new Error({{System.Text.Json.JsonSerializer.Serialize("It never came true: " + condition)}})) : requestAnimationFrame(look);
            look();
        })
        """);
}
