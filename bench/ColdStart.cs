using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace KpsCrm.Bench;

/// <summary>From starting the built program on an empty folder (it creates schema and sample data) to the first page answered; then again on the data.</summary>
public static class ColdStart
{
    public static async Task RunAsync(Report report)
    {
        var program = Path.Combine(Root(), "KpsCrm.Web/bin/Release/net10.0/KpsCrm.Web.dll");
        if (!File.Exists(program))
        {
            report.Add("Start to first page", "not measured", "≤ 3 s", "build with -c Release first");
            return;
        }

        var folder = Directory.CreateTempSubdirectory("kps-bench-start-").FullName;
        var first = await StartOnceAsync(program, folder);
        var again = new List<double>();
        for (var i = 0; i < 5; i++)
            again.Add(await StartOnceAsync(program, folder));
        Directory.Delete(folder, recursive: true);
        report.Add("First start (schema and sample data) to first page", $"{first / 1000:0.00} s", "≤ 3 s");
        report.Add("Later start to first page, median of 5", $"{Report.Percentile(again, 50) / 1000:0.00} s", "≤ 3 s");
    }

    private static async Task<double> StartOnceAsync(string program, string folder)
    {
        int port;
        using (var listener = new TcpListener(IPAddress.Loopback, 0))
        {
            listener.Start();
            port = ((IPEndPoint)listener.LocalEndpoint).Port;
        }

        var watch = Stopwatch.StartNew();
        using var process = Process.Start(new ProcessStartInfo("dotnet", [program, "--urls", $"http://127.0.0.1:{port}", "--Database:Path", Path.Combine(folder, "kps_crm.db")])
        {
            Environment = { ["ASPNETCORE_ENVIRONMENT"] = "Development" },
            WorkingDirectory = Path.Combine(Root(), "KpsCrm.Web"),
            RedirectStandardOutput = true,
        })!;
        process.OutputDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        using var http = new HttpClient();
        while (true)
        {
            try
            {
                using var answer = await http.GetAsync($"http://127.0.0.1:{port}/sign-in");
                if (answer.IsSuccessStatusCode)
                    break;
            }
            catch (HttpRequestException) when (!process.HasExited)
            {
                await Task.Delay(10);
            }
        }
        var taken = watch.Elapsed.TotalMilliseconds;
        process.Kill();
        await process.WaitForExitAsync();
        return taken;
    }

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "KpsCrm.sln")))
            folder = folder.Parent!;
        return folder.FullName;
    }
}
