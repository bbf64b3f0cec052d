using System.Net;
using KpsCrm.Data.Maintenance;
using Microsoft.AspNetCore.HttpOverrides;

namespace KpsCrm.Web.Features.Audit;

/// <summary>
/// Settings key <c>Proxy__Trusted</c>: the networks or addresses of the proxies in front, parted by commas. Only what they say of the visitor's
/// address counts, and of several hops the last that none of them is: whatever a visitor writes into the header stands further left.
/// </summary>
public static class TrustedProxies
{
    /// <summary>The platform's own switch would believe anybody.</summary>
    private const string TrustsAnybody = "FORWARDEDHEADERS_ENABLED";

    /// <exception cref="TroubleException">A value can't be used.</exception>
    public static IApplicationBuilder UseTrustedProxies(this WebApplication app)
    {
        var networks = Parse(app.Configuration["Proxy:Trusted"]);
        if (networks.Count > 0)
        {
            var forwarded = new ForwardedHeadersOptions { ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto, ForwardLimit = null, RequireHeaderSymmetry = false };
            forwarded.KnownProxies.Clear();
            forwarded.KnownIPNetworks.Clear();
            foreach (var network in networks)
                forwarded.KnownIPNetworks.Add(network);
            app.UseForwardedHeaders(forwarded);
        }
        return app.Use((http, next) =>
        {
            // A socket that serves both kinds calls IPv4 by its other name; everything that counts by address means one.
            if (http.Connection.RemoteIpAddress is { IsIPv4MappedToIPv6: true } mapped)
                http.Connection.RemoteIpAddress = mapped.MapToIPv4();
            return next(http);
        });
    }

    /// <exception cref="TroubleException">A value can't be used.</exception>
    public static void Demand(IConfiguration configuration)
    {
        Parse(configuration["Proxy:Trusted"]);
        if (configuration.GetValue<bool?>(TrustsAnybody) == true)
            throw new TroubleException("ASPNETCORE_FORWARDEDHEADERS_ENABLED would believe any visitor's word on his address; remove it and name your proxies in Proxy__Trusted, for example 127.0.0.1.");
    }

    internal static IReadOnlyList<System.Net.IPNetwork> Parse(string? text)
    {
        var networks = new List<System.Net.IPNetwork>();
        foreach (var part in (text ?? "").Split([',', ';', ' '], StringSplitOptions.RemoveEmptyEntries))
        {
            if (IPAddress.TryParse(part, out var address) && part.IndexOfAny(['.', ':']) >= 0)
            {
                address = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
                networks.Add(new(address, address.GetAddressBytes().Length * 8));
            }
            else if (System.Net.IPNetwork.TryParse(part, out var network) && network.PrefixLength > 0)
                networks.Add(network);
            else
                throw new TroubleException($"Proxy__Trusted holds '{part}', which is no address or network; write it like 127.0.0.1 or 10.0.0.0/8, several parted by commas.");
        }
        return networks;
    }
}
