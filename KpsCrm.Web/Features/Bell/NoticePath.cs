using KpsCrm.Data.Notifications;

namespace KpsCrm.Web.Features.Bell;

/// <summary>Where a notification leads.</summary>
internal static class NoticePath
{
    public static string Of(NotificationKind kind, int? dealId, int? leadId, int? clientId) => kind switch
    {
        NotificationKind.Suspicious => "/audit",
        NotificationKind.Backup => "/settings/backup",
        NotificationKind.Account => "/account",
        _ when dealId is { } deal => $"/deals/{deal}",
        _ when leadId is { } lead => $"/leads/{lead}",
        _ when clientId is { } client => $"/clients/{client}",
        _ => "/tasks",
    };
}
