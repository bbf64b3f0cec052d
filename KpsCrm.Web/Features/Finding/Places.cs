using KpsCrm.Data.Users;
using MudBlazor;

namespace KpsCrm.Web.Features.Finding;

/// <summary>A page one can go to by name, or by <c>g</c> and a key.</summary>
public sealed record Page(string Name, string Href, string Icon, char? Key = null, Role AtLeast = Role.Sales);

public static class Places
{
    public static IReadOnlyList<Page> All { get; } =
    [
        new("Dashboard", "/", Icons.Material.Outlined.SpaceDashboard, 'd'),
        new("Pipeline", "/pipeline", Icons.Material.Outlined.ViewKanban, 'p'),
        new("Board of leads", "/pipeline/leads", Icons.Material.Outlined.ViewKanban, 'b'),
        new("Leads", "/leads", Icons.Material.Outlined.Inbox, 'l'),
        new("Clients", "/clients", Icons.Material.Outlined.Business, 'c'),
        new("Deals", "/deals", Icons.Material.Outlined.Handshake, 'e'),
        new("Tasks", "/tasks", Icons.Material.Outlined.TaskAlt, 't'),
        new("Account", "/account", Icons.Material.Outlined.Person, 'a'),
        new("Recycle bin", "/bin", Icons.Material.Outlined.Delete),
        new("Quarantine", "/leads/quarantine", Icons.Material.Outlined.Shield, 'q', Role.Manager),
        new("Rights", "/settings/rights", Icons.Material.Outlined.Key, null, Role.Admin),
        new("Sign-in and alarms", "/settings/security", Icons.Material.Outlined.Shield, null, Role.Admin),
        new("Settings", "/settings", Icons.Material.Outlined.Settings, null, Role.Admin),
        new("Health", "/settings/health", Icons.Material.Outlined.MonitorHeart, null, Role.Admin),
        new("Mail", "/settings/mail", Icons.Material.Outlined.Mail, null, Role.Admin),
        new("Backups", "/settings/backup", Icons.Material.Outlined.Backup, null, Role.Admin),
    ];
}
