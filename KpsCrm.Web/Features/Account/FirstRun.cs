using System.Security.Cryptography;
using System.Text;
using KpsCrm.Data;
using KpsCrm.Data.Security;
using KpsCrm.Web.Features.Mail;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.EntityFrameworkCore;

namespace KpsCrm.Web.Features.Account;

/// <summary>
/// While nobody can sign in, <c>/setup</c> makes the first admin. Only those who can read the program's log know the code for it;
/// it changes with each start and is kept as a hash.
/// </summary>
public sealed class FirstRun(CrmStore store, IHostEnvironment environment, IServer server, MailOptions mail, ILogger<FirstRun> log) : IHostedLifecycleService
{
    private byte[]? _codeHash;
    private volatile bool _over = environment.IsDevelopment();

    /// <summary>Demo accounts don't count: outside Development nobody signs in with them.</summary>
    public async ValueTask<bool> IsNeededAsync() =>
        !_over && !(_over = await store.ReadAsync(Actor.System, view => view.People.AnyAsync(u => !u.IsSample && u.InvitedAt == null)));

    public bool IsCode(string? code) =>
        _codeHash is { } expected && CryptographicOperations.FixedTimeEquals(expected, SHA256.HashData(Encoding.UTF8.GetBytes((code ?? "").Trim().ToUpperInvariant())));

    public async Task StartedAsync(CancellationToken cancellationToken)
    {
        if (!await IsNeededAsync())
            return;

        // Behind a proxy nobody comes to where the program listens.
        var address = new Uri(mail.BaseUrl).IsLoopback ? server.Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault() ?? "" : mail.BaseUrl;
        log.LogWarning("Nobody can sign in yet. Open {Url} to create the first admin; the code is good until the next start", $"{address.TrimEnd('/')}/setup?code={NewCode()}");
    }

    /// <summary>Makes the earlier code worthless. Without letters and digits that look alike.</summary>
    internal string NewCode()
    {
        var code = RandomNumberGenerator.GetString("ABCDEFGHJKLMNPQRSTUVWXYZ23456789", 26);
        _codeHash = SHA256.HashData(Encoding.UTF8.GetBytes(code));
        return code;
    }

    internal void IsOver() => (_over, _codeHash) = (true, null);

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}

public static class FirstRunPipeline
{
    /// <summary>Before there is anyone who could sign in, the doors lead to set-up; afterwards set-up is gone.</summary>
    public static IApplicationBuilder UseFirstRun(this IApplicationBuilder app) => app.Use(async (http, next) =>
    {
        var path = http.Request.Path.Value;
        var isSetup = string.Equals(path?.TrimEnd('/'), "/setup", StringComparison.OrdinalIgnoreCase);
        if (!isSetup && path is not ("/" or "/sign-in"))
            await next();
        else if (await http.RequestServices.GetRequiredService<FirstRun>().IsNeededAsync() == isSetup)
            await next();
        else if (isSetup)
            http.Response.StatusCode = StatusCodes.Status404NotFound;
        else
            http.Response.Redirect("/setup");
    });
}
