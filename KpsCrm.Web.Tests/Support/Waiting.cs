using System.Diagnostics;
using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace KpsCrm.Web.Tests.Support;

internal static class Waiting
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    /// <exception cref="TimeoutException">It did not come true within a minute.</exception>
    public static async Task UntilAsync(Func<bool> holds)
    {
        for (var since = Stopwatch.GetTimestamp(); !holds(); await Task.Delay(10))
        {
            if (Stopwatch.GetElapsedTime(since) > Patience)
                throw new TimeoutException("It never came true.");
        }
    }

    /// <summary>Waits for something that comes while <paramref name="meanwhile"/> goes on, or not at all.</summary>
    public static async Task UntilAsync(Func<bool> comes, Task meanwhile)
    {
        while (!comes() && !meanwhile.IsCompleted)
            await Task.Delay(1);
    }

    /// <summary>Waits for the address alone. Playwright's own way waits for the page's load as well, which a page that is left in the midst of it never reports.</summary>
    public static Task AtAsync(this IPage page, string end) => Assertions.Expect(page).ToHaveURLAsync(new Regex(Regex.Escape(end)));

    /// <summary>Looks again and again until the page's own script finds it true. Playwright's WaitForFunction has the page evaluate a string, which our policy refuses.</summary>
    public static Task UntilAsync(this IPage page, string condition, int milliseconds = 20_000) => page.EvaluateAsync($$"""
        () => new Promise((resolve, reject) => {
            const end = performance.now() + {{milliseconds}};
            const look = () => ({{condition}}) ? resolve() : performance.now() > end ? reject(new Error({{System.Text.Json.JsonSerializer.Serialize("It never came true: " + condition)}})) : setTimeout(look, 10);
            look();
        })
        """);
}
