namespace KpsCrm.Bench;

/// <summary>Managed heap per open board, after a full collection; the viewers live in another process.</summary>
public static class Memory
{
    private const int Viewers = 50;

    public static async Task RunAsync(Report report)
    {
        await using var server = Server.Start();
        Rows.Fill(server.DatabasePath, leads: 200, deals: 200);
        await using (var warm = Child.Start("viewers", server.Url, "/pipeline", "3"))
            await warm.ReadLineAsync();

        var before = GC.GetTotalMemory(forceFullCollection: true);
        await using var viewers = Child.Start("viewers", server.Url, "/pipeline", Viewers.ToString());
        await viewers.ReadLineAsync();
        await Task.Delay(1_000);
        var after = GC.GetTotalMemory(forceFullCollection: true);
        report.Add($"Heap per open board of 200 deals ({Viewers} boards)", $"{(after - before) / 1024.0 / 1024.0 / Viewers:0.00} MB", "≤ 1 MB");
    }
}
