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

    public string Folder { get; }
    public string DatabasePath => Path.Combine(Folder, "kps_crm.db");
    public string Url => _factory.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First().TrimEnd('/');
    public IServiceProvider Services => _factory.Services;
    public CrmStore Store => Services.GetRequiredService<CrmStore>();

    public static Server Start(bool sample = false)
    {
        var folder = Directory.CreateTempSubdirectory("kps-bench-").FullName;
        var factory = new WebApplicationFactory<CompanyOptions>().WithWebHostBuilder(host =>
        {
            host.UseEnvironment("Development");
            host.UseUrls("http://127.0.0.1:0");
            host.UseSetting("Database:Path", Path.Combine(folder, "kps_crm.db"));
            host.UseSetting("Database:SampleData", sample.ToString());
            host.UseSetting("Intake:RequestsPerMinute", "100000");
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
