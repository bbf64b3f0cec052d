namespace KpsCrm.Bench;

/// <summary>The server is measured in this process; viewers and senders run in child processes of the same program.</summary>
internal static class Program
{
    private static readonly (string Name, Func<Report, Task> Run)[] Measures =
    [
        ("start", ColdStart.RunAsync),
        ("leads", Leads.RunAsync),
        ("answers", Answers.RunAsync),
        ("lists", Lists.RunAsync),
        ("records", Records.RunAsync),
        ("queries", QueriesPerChange.RunAsync),
        ("memory", Memory.RunAsync),
        ("drop", DropToVisible.RunAsync),
    ];

    private static async Task<int> Main(string[] args)
    {
        switch (args)
        {
            case ["viewers", var url, var path, var count]:
                return await Viewers.RunAsync(url, path, int.Parse(count));
            case ["senders", var target, var senders, var seconds]:
                return await Senders.RunAsync(target, int.Parse(senders), int.Parse(seconds));
        }

        var report = new Report();
        foreach (var (name, run) in Measures.Where(m => args.Length == 0 || args.Contains(m.Name)))
        {
            Console.Error.WriteLine(name);
            await run(report);
        }
        report.Print();
        return 0;
    }
}
