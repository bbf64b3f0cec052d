namespace KpsCrm.Bench;

/// <summary>Child process: opens circuits, says "open", and on each line of input tells batches and bytes received so far. Ends with its input.</summary>
public static class Viewers
{
    public static async Task<int> RunAsync(string url, string path, int count)
    {
        var cookies = await Circuit.SignInAsync(url, "ben@kps.example", KpsCrm.Web.Features.Account.DemoAccounts.Password);
        var circuits = new List<Circuit>();
        for (var i = 0; i < count; i++)
        {
            var circuit = new Circuit(url);
            await circuit.OpenAsync(cookies, path);
            circuits.Add(circuit);
        }
        Console.WriteLine("open");
        while (Console.ReadLine() is not null)
            Console.WriteLine($"{circuits.Sum(c => c.Batches)} {circuits.Sum(c => c.Bytes)} {circuits.Count(c => c.Failure is not null)}");
        foreach (var circuit in circuits)
            await circuit.DisposeAsync();
        return 0;
    }
}
