using KpsCrm.Bench;

// The server is measured in this process, viewers and senders run in child processes of the same program.
if (args is ["viewers", var url, var path, var count])
    return await Viewers.RunAsync(url, path, int.Parse(count));
if (args is ["senders", var target, var senders, var seconds])
    return await Senders.RunAsync(target, int.Parse(senders), int.Parse(seconds));

var all = new (string Name, Func<Report, Task> Run)[]
{
    ("start", ColdStart.RunAsync),
    ("leads", Leads.RunAsync),
    ("answers", Answers.RunAsync),
    ("queries", QueriesPerChange.RunAsync),
    ("memory", Memory.RunAsync),
    ("drop", DropToVisible.RunAsync),
};

var report = new Report();
foreach (var (name, run) in all)
{
    if (args.Length == 0 || args.Contains(name))
        await run(report);
}
report.Print();
return 0;
