using System.Globalization;
using System.Net;
using System.Text.Json;
using KpsCrm.Data.Security;
using KpsCrm.Data.Users;
using KpsCrm.Web.Features.Account;
using KpsCrm.Web.Features.Account.Sessions;
using KpsCrm.Web.Shared;
using Microsoft.EntityFrameworkCore;

namespace KpsCrm.Web.Features.Audit;

/// <param name="Rule">One word.</param>
/// <param name="About">The account, address or person: together with the rule, the incident.</param>
/// <param name="Href">The rows that show it.</param>
public sealed record Suspicion(string Rule, string About, string Severity, string Sentence, string Href)
{
    /// <summary>The account that is tried, by its address, and what its person is told: they alone know whether it was them. ASVS 6.3.5.</summary>
    public (string Email, string Sentence)? Account { get; init; }

    public string Subject => $"{Rule}/{About}";
}

/// <summary>What counts as suspicious. Everything is asked of the trail itself, by its indexes: nothing is remembered, so a restart and a second instance see the same.</summary>
public sealed class SuspicionRules(SuspicionOptions options)
{
    /// <summary>What the latest rows give reason to look at.</summary>
    public async Task<IReadOnlyList<Suspicion>> JudgeAsync(CrmView view, IReadOnlyList<SecurityLog> latest, CancellationToken cancellationToken)
    {
        var found = new List<Suspicion?>();
        IEnumerable<string> Distinct(string type, Func<SecurityLog, string?> of) => latest.Where(l => l.EventType == type).Select(of).OfType<string>().Distinct();

        foreach (var account in Distinct(SecurityEvents.LoginFailure, l => l.Subject).Union(Distinct(SecurityEvents.SecondFactorFailure, l => l.Subject)))
            found.Add(await FailuresOfAccountAsync(view, account, cancellationToken));
        foreach (var address in Distinct(SecurityEvents.LoginFailure, l => l.IpAddress).DistinctBy(SenderOf))
            found.Add(await AccountsOfAddressAsync(view, address, cancellationToken));
        foreach (var row in latest.Where(l => l.EventType == SecurityEvents.LoginSuccess))
            found.Add(await NewPlaceOfAdminAsync(view, row, cancellationToken));
        foreach (var user in Distinct(SecurityEvents.RecordViewed, l => l.UserId))
            found.Add(await ManyOpenedAsync(view, user, cancellationToken));
        foreach (var user in Distinct(SecurityEvents.Exported, l => l.UserId).Union(Distinct(SecurityEvents.FileDownloaded, l => l.UserId)))
            found.Add(await ManyExportsAsync(view, user, cancellationToken));
        foreach (var row in latest.Where(l => l.EventType == SecurityEvents.RevokedSessionUsed && l.Severity != SecuritySeverity.Info))
            found.Add(await DeadSessionAsync(view, row, cancellationToken));
        foreach (var address in Distinct(SecurityEvents.FormTrap, l => l.IpAddress).DistinctBy(SenderOf))
            found.Add(await TrapsOfAddressAsync(view, address, cancellationToken));
        if (latest.Any(l => l.EventType == SecurityEvents.AuditOverflow))
            found.Add(new("overflow", "audit", SecuritySeverity.Critical, "More happened at once than the audit trail could note: some of what was opened or searched is not in it.", ListQuery.Uri("/audit", ("kind", SecurityEvents.AuditOverflow))));
        if (latest.LastOrDefault(l => l.EventType == SecurityEvents.AuditBroken) is { } broken)
            found.Add(new("broken", "audit", SecuritySeverity.Critical, $"The audit trail is not as it was written. {DetailOf(broken.Details, "finding")}", ListQuery.Uri("/audit", ("kind", SecurityEvents.AuditBroken))));
        return [.. found.OfType<Suspicion>()];
    }

    private async Task<Suspicion?> FailuresOfAccountAsync(CrmView view, string account, CancellationToken cancellationToken)
    {
        var since = view.Now.AddMinutes(-options.FailuresMinutes);
        var count = await view.SecurityLogs.CountAsync(l => l.Subject == account && (l.EventType == SecurityEvents.LoginFailure || l.EventType == SecurityEvents.SecondFactorFailure) && l.CreatedAt > since, cancellationToken);
        return count < options.FailuresOfAccount ? null : new("failures", account, SecuritySeverity.Warning,
            $"{Words.Count(count, "failed sign-in")} for {AuditWords.Subject(account)} within {Minutes(options.FailuresMinutes)}.", ListQuery.Uri("/audit", ("about", account)))
        {
            Account = (SecurityTrail.EmailOf(account), $"Somebody tried to sign in to your account {count:N0} times within {Minutes(options.FailuresMinutes)} and failed"),
        };
    }

    private async Task<Suspicion?> AccountsOfAddressAsync(CrmView view, string address, CancellationToken cancellationToken)
    {
        var since = view.Now.AddMinutes(-options.FailuresMinutes);
        var accounts = (await OfSenderAsync(view.SecurityLogs.Where(l => l.EventType == SecurityEvents.LoginFailure && l.CreatedAt > since), address, cancellationToken)).Distinct().Count();
        return accounts < options.AccountsOfAddress ? null : new("spraying", SenderOf(address), SecuritySeverity.Critical,
            $"Failed sign-ins for {accounts:N0} accounts from {address} within {Minutes(options.FailuresMinutes)}.", ListQuery.Uri("/audit", ("kind", SecurityEvents.LoginFailure), ("address", address)));
    }

    /// <summary>The very first sign-in of a person compares with nothing.</summary>
    private async Task<Suspicion?> NewPlaceOfAdminAsync(CrmView view, SecurityLog row, CancellationToken cancellationToken)
    {
        if (!int.TryParse(row.UserId, NumberStyles.None, CultureInfo.InvariantCulture, out var id) || !await view.People.AnyAsync(u => u.Id == id && u.Role == Role.Admin, cancellationToken))
            return null;
        var since = row.CreatedAt.AddDays(-options.AdminDays);
        var earlier = await view.SecurityLogs.Where(l => l.UserId == row.UserId && l.EventType == SecurityEvents.LoginSuccess && l.CreatedAt >= since && l.CreatedAt <= row.CreatedAt && l.Id < row.Id)
            .Select(l => new { l.UserAgent, l.IpAddress }).Distinct().ToListAsync(cancellationToken);
        if (earlier.Count == 0)
            return null;
        var device = Device.Of(row.UserAgent);
        var newDevice = earlier.All(e => Device.Of(e.UserAgent) != device);
        var newNetwork = earlier.All(e => NetworkOf(e.IpAddress) != NetworkOf(row.IpAddress));
        return (newDevice, newNetwork) switch
        {
            (false, false) => null,
            (true, true) => Of("device and network", SecuritySeverity.Critical),
            _ => Of(newDevice ? "device" : "network", SecuritySeverity.Warning),
        };

        Suspicion Of(string what, string severity) => new("new_place", $"{row.UserId}/{device}/{NetworkOf(row.IpAddress)}", severity,
            $"{row.UserName ?? $"User {row.UserId}"}, an admin, signed in from a {what} not seen in {options.AdminDays:N0} days: {device}, {row.IpAddress ?? "address not known"}.",
            ListQuery.Uri("/audit", ("kind", SecurityEvents.LoginSuccess), ("user", row.UserId)));
    }

    private async Task<Suspicion?> ManyOpenedAsync(CrmView view, string user, CancellationToken cancellationToken)
    {
        var since = view.Now.AddMinutes(-options.OpenedMinutes);
        var opened = view.SecurityLogs.Where(l => l.UserId == user && l.EventType == SecurityEvents.RecordViewed && l.CreatedAt > since);
        var count = await opened.Select(l => l.Subject).Distinct().CountAsync(cancellationToken);
        return count < options.RecordsOpened ? null : new("opened", user, SecuritySeverity.Warning,
            $"{await NameAsync(view, user, cancellationToken)} opened {count:N0} records within {Minutes(options.OpenedMinutes)}.", ListQuery.Uri("/audit", ("kind", SecurityEvents.RecordViewed), ("user", user)));
    }

    private async Task<Suspicion?> ManyExportsAsync(CrmView view, string user, CancellationToken cancellationToken)
    {
        var since = view.Now.AddMinutes(-options.ExportsMinutes);
        var exports = await view.SecurityLogs.Where(l => l.UserId == user && (l.EventType == SecurityEvents.Exported || l.EventType == SecurityEvents.FileDownloaded) && l.CreatedAt > since)
            .OrderByDescending(l => l.CreatedAt).Select(l => l.Details).Take(options.Exports + 1_000).ToListAsync(cancellationToken);
        var rows = exports.Sum(RowsOf);
        return exports.Count < options.Exports && rows < options.ExportedRows ? null : new("exports", user, SecuritySeverity.Critical,
            $"{await NameAsync(view, user, cancellationToken)} took away {Words.Count(exports.Count, "export or file", "exports and files")} with {rows:N0} rows within {Minutes(options.ExportsMinutes)}.",
            ListQuery.Uri("/audit", ("kind", SecurityEvents.Exported), ("user", user)));
    }

    private static async Task<Suspicion> DeadSessionAsync(CrmView view, SecurityLog row, CancellationToken cancellationToken) => new("dead_session", $"{row.UserId}/{row.IpAddress}", SecuritySeverity.Critical,
        $"A session of {await NameAsync(view, row.UserId ?? "", cancellationToken)} that had been ended was used from {row.IpAddress ?? "an address not known"}.",
        ListQuery.Uri("/audit", ("kind", SecurityEvents.RevokedSessionUsed), ("user", row.UserId)));

    private async Task<Suspicion?> TrapsOfAddressAsync(CrmView view, string address, CancellationToken cancellationToken)
    {
        var since = view.Now.AddMinutes(-options.TrapsMinutes);
        var count = (await OfSenderAsync(view.SecurityLogs.Where(l => l.EventType == SecurityEvents.FormTrap && l.CreatedAt > since), address, cancellationToken)).Count;
        return count < options.TrapsOfAddress ? null : new("traps", SenderOf(address), SecuritySeverity.Warning,
            $"The public form caught {Words.Count(count, "enquiry", "enquiries")} of a machine from {address} within {Minutes(options.TrapsMinutes)}.", ListQuery.Uri("/audit", ("kind", SecurityEvents.FormTrap), ("address", address)));
    }

    /// <summary>Providers hand out addresses of one network in turn: /24 of IPv4, /64 of IPv6.</summary>
    internal static string NetworkOf(string? address) => !IPAddress.TryParse(address, out var ip) ? address ?? "" : IPAddress.IsLoopback(ip) ? "this machine"
        : ip.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork ? string.Join('.', ip.GetAddressBytes().Take(3)) : Convert.ToHexStringLower(ip.GetAddressBytes().AsSpan(0, 8));

    /// <summary>An address of IPv4; of IPv6 the network, all of which one household has.</summary>
    private static string SenderOf(string address) => address.Contains(':') && IPAddress.TryParse(address, out _) ? NetworkOf(address) : address;

    /// <returns>What the sender's rows are about.</returns>
    private static async Task<List<string?>> OfSenderAsync(IQueryable<SecurityLog> rows, string address, CancellationToken cancellationToken)
    {
        if (SenderOf(address) == address)
            return await rows.Where(l => l.IpAddress == address).Select(l => l.Subject).ToListAsync(cancellationToken);
        var start = address[..(address.IndexOf(':') + 1)];
        var near = await rows.Where(l => l.IpAddress!.StartsWith(start)).Select(l => new { l.IpAddress, l.Subject }).ToListAsync(cancellationToken);
        return [.. near.Where(l => SenderOf(l.IpAddress!) == SenderOf(address)).Select(l => l.Subject)];
    }

    private static long RowsOf(string? details) => long.TryParse(DetailOf(details, "rows"), NumberStyles.None, CultureInfo.InvariantCulture, out var rows) ? rows : 0;

    private static string DetailOf(string? details, string name)
    {
        try
        {
            using var json = JsonDocument.Parse(details ?? "{}");
            return json.RootElement.ValueKind == JsonValueKind.Object && json.RootElement.TryGetProperty(name, out var value) ? value.ToString() : "";
        }
        catch (JsonException)
        {
            return "";
        }
    }

    private static async Task<string> NameAsync(CrmView view, string user, CancellationToken cancellationToken) =>
        int.TryParse(user, NumberStyles.None, CultureInfo.InvariantCulture, out var id) && await view.People.Where(u => u.Id == id).Select(u => u.Name).SingleOrDefaultAsync(cancellationToken) is { } name ? name : $"User {user}";

    private static string Minutes(int minutes) => minutes % 60 == 0 ? Words.Count(minutes / 60, "hour") : Words.Count(minutes, "minute");
}
