namespace KpsCrm.Bench;

/// <summary>Managed heap per open board, after a full collection; the viewers live in another process.</summary>
public static class Memory
{
    private const int Viewers = 50;

    public static async Task RunAsync(Report report)
    {
        foreach (var (path, what, target) in new[] { ("/pipeline", "board of 200 deals", "≤ 1 MB"), ("/leads", "list of leads", ""), ("/", "dashboard", "") })
        {
            await using var server = Server.Start();
            Rows.Fill(server.DatabasePath, leads: 200, deals: 200);
            await using (var warm = Child.Start("viewers", server.Url, path, "3"))
                await warm.ReadLineAsync();

            var before = GC.GetTotalMemory(forceFullCollection: true);
            await using var viewers = Child.Start("viewers", server.Url, path, Viewers.ToString());
            await viewers.ReadLineAsync();
            await Task.Delay(1_000);
            var after = GC.GetTotalMemory(forceFullCollection: true);
            report.Add($"Heap per open {what} ({Viewers} open)", $"{(after - before) / 1024.0 / 1024.0 / Viewers:0.00} MB", target);
        }
    }
}
