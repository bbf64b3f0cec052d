using System.Globalization;
using KpsCrm.Data;
using KpsCrm.Data.Changes;
using KpsCrm.Data.Security;
using KpsCrm.Web.Features.Account;
using KpsCrm.Web.Features.Account.Sessions;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace KpsCrm.Web.Features.Guard;

/// <summary>Sets the options to what admins chose: before the first request, and whenever somebody chooses, on whichever instance.</summary>
public sealed class GuardInForce(GuardChoices choices, CrmStore store, ChangeFeed feed, AccountOptions account, LiveSessions sessions, IOptionsMonitor<CookieAuthenticationOptions> cookies) : IHostedService, IDisposable
{
    private readonly SemaphoreSlim _reading = new(1);
    private IDisposable? _subscription;

    public GuardChoices Choices => choices;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        _subscription = feed.Subscribe(Topics.Settings, _ => ReadAsync());
        await ReadAsync();
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        _subscription?.Dispose();
        return Task.CompletedTask;
    }

    public async Task ReadAsync()
    {
        await _reading.WaitAsync();
        try
        {
            var chosen = await store.ReadAsync(Actor.System, view => view.Settings.Where(s => s.Key.StartsWith(GuardChoices.Prefix)).ToDictionaryAsync(s => s.Key, s => s.Value));
            var needed = account.SecondFactorForAdmins;
            foreach (var choice in choices.All)
                choice.Apply(chosen.TryGetValue(choice.Key, out var text) && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && choice.Allows(value) ? value : null);
            if (needed != SecondFactorRule.Required && account.SecondFactorForAdmins == SecondFactorRule.Required)
                sessions.AskAnew(s => s.LacksSecondFactor);
            cookies.Get(IdentityConstants.ApplicationScheme).ExpireTimeSpan = account.Longest;
        }
        finally
        {
            _reading.Release();
        }
    }

    public void Dispose() => _reading.Dispose();
}
