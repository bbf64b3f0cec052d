using KpsCrm.Data;
using KpsCrm.Web;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace KpsCrm.Bench;

/// <summary>The program as it ships, on Kestrel and a SQLite file of its own in the temp folder.</summary>
public sealed class Server : IAsyncDisposable
{
    private readonly WebApplicationFactory<CompanyOptions> _factory;

    private Server(WebApplicationFactory<CompanyOptions> factory, string folder) => (_factory, Folder) = (factory, folder);

    private static readonly Dictionary<string, string> Unlimited = new()
    {
        ["Intake:RequestsPerMinute"] = "100000",
        ["Limits:RequestsPerMinute"] = "100000000",
        ["Limits:ActsPerSecond"] = "100000",
        ["Limits:PagesPerPerson"] = "10000",
        ["Limits:PagesPerAddress"] = "100000",
    };

    public string Folder { get; }
    public string DatabasePath => Path.Combine(Folder, "kps_crm.db");
    public string Url => _factory.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First().TrimEnd('/');
    public IServiceProvider Services => _factory.Services;
    public CrmStore Store => Services.GetRequiredService<CrmStore>();

    /// <param name="limited">With the limits it ships with.</param>
    public static Server Start(bool sample = false, bool limited = false)
    {
        var folder = Directory.CreateTempSubdirectory("kps-bench-").FullName;
        var factory = new WebApplicationFactory<CompanyOptions>().WithWebHostBuilder(host =>
        {
            host.UseEnvironment("Development");
            host.UseUrls("http://127.0.0.1:0");
            host.UseSetting("Database:Path", Path.Combine(folder, "kps_crm.db"));
            host.UseSetting("Database:SampleData", sample.ToString());
            foreach (var (key, value) in limited ? [] : Unlimited)
                host.UseSetting(key, value);
            host.UseSetting("Serilog:MinimumLevel:Default", "Error");
            host.UseSetting("Serilog:MinimumLevel:Override:Microsoft.Hosting.Lifetime", "Error");
        });
        factory.UseKestrel();
        factory.StartServer();
        return new(factory, folder);
    }

    public async ValueTask DisposeAsync()
    {
        await _factory.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
    }
}
