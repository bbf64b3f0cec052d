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
        ("palette", Palette.RunAsync),
        ("records", Records.RunAsync),
        ("pages", Pages.RunAsync),
        ("queries", QueriesPerChange.RunAsync),
        ("audit", AuditCost.RunAsync),
        ("rights", RightsCost.RunAsync),
        ("memory", Memory.RunAsync),
        ("drop", DropToVisible.RunAsync),
        ("flood", Flood.RunAsync),
    ];

    /// <summary>For many minutes, or hours: only when asked for by name.</summary>
    private static readonly (string Name, Func<Report, Task> Run)[] Long =
    [
        ("backup", Backups.RunAsync),
        ("check", Checking.RunAsync),
        ("adopt", Adopting.RunAsync),
        ("converge", TestRun.ConvergeAsync),
        ("faults", TestRun.FaultsAsync),
        ("soak", TestRun.SoakAsync),
    ];

    private static async Task<int> Main(string[] args)
    {
        switch (args)
        {
            case ["viewers", var url, var path, var count]:
                return await Viewers.RunAsync(url, path, int.Parse(count));
            case ["flooder", var target, var door, var perSecond]:
                return await Flood.SendAsync(target, door, int.Parse(perSecond));
            case ["senders", var target, var senders, var seconds]:
                return await Senders.RunAsync(target, int.Parse(senders), int.Parse(seconds));
        }

        var report = new Report();
        foreach (var (name, run) in args.Length == 0 ? Measures : Measures.Concat(Long).Where(m => args.Contains(m.Name)))
        {
            Console.Error.WriteLine(name);
            await run(report);
        }
        report.Print();
        return 0;
    }
}
