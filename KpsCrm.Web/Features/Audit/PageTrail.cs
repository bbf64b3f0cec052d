using System.Globalization;
using KpsCrm.Data;
using KpsCrm.Data.Security;
using KpsCrm.Web.Features.Account;
using KpsCrm.Web.Shared;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Routing;
using Microsoft.AspNetCore.Components.Server.Circuits;
using Microsoft.EntityFrameworkCore;

namespace KpsCrm.Web.Features.Audit;

/// <summary>
/// Tells the trail which record a person opens and what they search, by the address of the page: whatever page comes is watched without knowing of it.
/// The person never waits for it.
/// </summary>
internal sealed class PageTrail(NavigationManager navigation, CurrentActor current, SecurityTrail trail, CrmStore store, ILogger<PageTrail> log) : CircuitHandler, IDisposable
{
    private string? _last;

    public override Task OnCircuitOpenedAsync(Circuit circuit, CancellationToken cancellationToken)
    {
        navigation.LocationChanged += OnLocationChanged;
        _ = TellAsync(navigation.Uri);
        return Task.CompletedTask;
    }

    private void OnLocationChanged(object? sender, LocationChangedEventArgs e) => _ = TellAsync(e.Location);

    private async Task TellAsync(string uri)
    {
        try
        {
            var path = "/" + navigation.ToBaseRelativePath(uri).Split('?', '#')[0].TrimEnd('/');
            var sought = new ListQuery(uri).Text("q");
            var seen = $"{path}?{sought}";
            if (seen == _last)
                return;
            _last = seen;
            if (RecordOf(path) is var (kind, id))
                await TellRecordAsync(kind, id);
            else if (sought is not null)
                trail.Note(await current.GetAsync(), SecurityEvents.Searched, details: new { page = path, text = sought });
        }
        catch (Exception e)
        {
            log.LogWarning("What a person opened could not be told to the audit trail ({Reason})", e.Message);
        }
    }

    private async Task TellRecordAsync(string kind, int id)
    {
        var who = await current.GetAsync();
        // Whoever tries addresses one by one is not shown anything, and that is what the trail should say.
        var isThere = await store.ReadAsync(who, async view => kind switch
        {
            "leads" => await view.Leads.AnyAsync(l => l.Id == id) || await view.BinnedLeads.AnyAsync(l => l.Id == id),
            "clients" => await view.Clients.AnyAsync(c => c.Id == id) || await view.BinnedClients.AnyAsync(c => c.Id == id),
            _ => await view.Deals.AnyAsync(d => d.Id == id) || await view.BinnedDeals.AnyAsync(d => d.Id == id),
        });
        trail.Note(who, isThere ? SecurityEvents.RecordViewed : SecurityEvents.ViewRefused, $"{kind}/{id}", severity: isThere ? SecuritySeverity.Info : SecuritySeverity.Warning);
    }

    /// <summary>In whatever spelling the route takes it: <c>/LEADS/+12</c> opens lead 12.</summary>
    internal static (string Kind, int Id)? RecordOf(string path) =>
        path.ToLowerInvariant().Split('/') is ["", "leads" or "clients" or "deals", var id] parts && int.TryParse(Uri.UnescapeDataString(id), NumberStyles.Integer, CultureInfo.InvariantCulture, out var number) ? (parts[1], number) : null;

    public void Dispose() => navigation.LocationChanged -= OnLocationChanged;
}
