using System.Diagnostics;
using KpsCrm.Data.Search;
using KpsCrm.Data.Security;
using KpsCrm.Data.Users;
using KpsCrm.Web.Features.Finding;
using KpsCrm.Web.Live;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;

namespace KpsCrm.Bench;

/// <summary>What each kind of typed text costs through the palette's own question, asked anew each time: leads, clients and deals, and similar names where little matches.</summary>
public static class Palette
{
    private static readonly Actor Anna = new(3, "Anna Alvarez", Role.Sales);
    private static readonly string[] Syllables = ["ba", "ro", "ten", "mi", "lan", "ka", "ri", "so", "vel", "da", "nor", "pe", "lu", "gan", "ti", "wes", "fo", "cra", "zin", "hu"];

    public static async Task RunAsync(Report report)
    {
        var most = int.TryParse(Environment.GetEnvironmentVariable("KPS_BENCH_ROWS"), out var rows) ? rows : 100_000;
        foreach (var count in new[] { 1_000, 10_000, 100_000 }.Where(n => n <= most))
            await RunAsync(report, count);
    }

    private static async Task RunAsync(Report report, int rows)
    {
        await using var server = Server.Start();
        Rows.Fill(server.DatabasePath, rows, rows);
        NameLeads(server.DatabasePath, rows);
        await server.Services.GetRequiredService<SearchIndex>().CatchUpAsync();

        var name = NameOf(rows / 2 + 7);
        foreach (var (what, text) in new[]
        {
            ("a name", name), ("a name, mistyped", Mistyped(name)), ("half a name", name[..(name.IndexOf(' ') + 3)]), ("one word of many names", name.Split(' ')[1]), ("one letter", "b"), ("two letters", "ba"), ("three letters", "bar"),
            ("a word that all have", "deal"), ("a company, 1 in 1,000", "company 77"), ("an e-mail address", $"person{rows / 2}@example.com"), ("part of a phone number", "(214) 555-0042"), ("a deal", $"number {rows / 3}"), ("nonsense", "qqxxzz"),
        })
        {
            await MeasureAsync(report, server, $"Palette, {rows * 9 / 4:N0} records, {what}", new PaletteQuestion(text), a => $"{a.Records.Count} found", rows >= 100_000 ? "≤ 50 ms" : "");
        }
        foreach (var (what, text) in new[] { ("a name", name), ("half a name", name[..(name.IndexOf(' ') + 3)]), ("one word of many names", name.Split(' ')[1]) })
            await MeasureAsync(report, server, $"Similar names below, {rows * 9 / 4:N0} records, {what}", new SimilarQuestion(text), a => $"{a.Count} found", rows >= 100_000 ? "≤ 50 ms" : "");
    }

    private static string NameOf(int i) => $"{Word(i)} {Word(i * 31 + 7)}";

    private static string Word(int i) => Syllables[i % 20] + Syllables[i / 20 % 20] + Syllables[i / 400 % 20];

    private static string Mistyped(string name) => name[..2] + name[3] + name[2] + name[4..];

    /// <summary>As varied as people's names are: 8,000 words.</summary>
    private static void NameLeads(string path, int rows)
    {
        using var file = new SqliteConnection($"Data Source={path};Pooling=False");
        file.Open();
        using var transaction = file.BeginTransaction();
        using var command = new SqliteCommand("UPDATE leads SET name = $name WHERE id = $id", file, transaction);
        var (name, id) = (command.Parameters.Add("$name", SqliteType.Text), command.Parameters.Add("$id", SqliteType.Integer));
        for (var i = 1; i <= rows; i++)
        {
            (name.Value, id.Value) = (NameOf(i), i);
            command.ExecuteNonQuery();
        }
        transaction.Commit();
    }

    private static async Task MeasureAsync<T>(Report report, Server server, string what, IQuestion<T> question, Func<T, string> note, string target)
    {
        var times = new List<double>();
        var answer = default(T)!;
        for (var i = 0; i < 35; i++)
        {
            var start = Stopwatch.GetTimestamp();
            answer = await server.Store.ReadAsync(Anna, view => question.AskAsync(view, CancellationToken.None));
            if (i >= 5)
                times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }
        report.Add(what, Report.Milliseconds(times), target, note(answer));
    }
}
