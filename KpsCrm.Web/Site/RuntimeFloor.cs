using System.Reflection;

namespace KpsCrm.Web.Site;

/// <summary>The oldest ASP.NET Core without a weakness that is published and concerns us. Raised with <c>PatchedRuntime</c> in Directory.Build.props.</summary>
public static class RuntimeFloor
{
    public static Version Floor { get; } = new(10, 0, 15);

    public static Version Running { get; } = Version.Parse(typeof(WebApplication).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+', '-')[0]);

    /// <summary>Null when nothing is wrong.</summary>
    public static string? Warning(Version running) => running >= Floor
        ? null
        : $"This program runs on ASP.NET Core {running}, which has weaknesses that {Floor} repairs. Publish it anew (dotnet publish -r linux-x64 brings its own), or update the runtime of this machine.";
}

/// <summary>Says it at each start.</summary>
internal sealed class RuntimeCheck(ILogger<RuntimeCheck> log) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (RuntimeFloor.Warning(RuntimeFloor.Running) is { } warning)
            log.LogWarning("{Warning}", warning);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
