namespace KpsCrm.Data.Security;

/// <summary>What the audit trail tells of. The words are in the database for good: add, never rename.</summary>
public static class SecurityEvents
{
    public const string
        LoginSuccess = "login_success", LoginFailure = "login_failure", Lockout = "lockout", Logout = "logout",
        FirstAdminCreated = "first_admin_created", SetUpFailure = "setup_failure",
        PasswordChanged = "password_changed", PasswordResetAsked = "password_reset_asked", PasswordReset = "password_reset",
        SecondFactorOn = "second_factor_on", SecondFactorOff = "second_factor_off", SecondFactorFailure = "second_factor_failure", RecoveryCodeUsed = "recovery_code_used",
        RecoveryCodesMade = "recovery_codes_made", PasskeyAdded = "passkey_added", PasskeyRemoved = "passkey_removed",
        SessionEnded = "session_ended", SessionsEnded = "sessions_ended", RevokedSessionUsed = "dead_session_used",
        UserInvited = "user_invited", InvitationWithdrawn = "invitation_withdrawn", InvitationAccepted = "invitation_accepted", UserChanged = "user_changed", UserDeactivated = "user_deactivated", UserActivated = "user_activated",
        RoleChanged = "role_changed", RightsChanged = "rights_changed", HandedOver = "handed_over",
        RecordViewed = "record_viewed", RecordsListed = "records_listed", ViewRefused = "view_refused", Searched = "searched", Exported = "exported", FileDownloaded = "file_downloaded",
        SettingChanged = "setting_changed", BackupMade = "backup_made", BackupFailed = "backup_failed", Restored = "restored", Adopted = "adopted", Imported = "imported", Repaired = "data_repaired", Checked = "data_checked", Purged = "record_purged",
        RequestRefused = "request_refused", AccessDenied = "access_denied", FormTrap = "form_trap",
        AuditPurged = "audit_purged", AuditOverflow = "audit_overflow", AuditBroken = "audit_broken",
        Suspicious = "suspicious", SuspicionDismissed = "suspicion_dismissed";

    /// <summary>The kinds by what they have in common, for whoever filters.</summary>
    public static IReadOnlyDictionary<string, string[]> Groups { get; } = new Dictionary<string, string[]>
    {
        ["sign_in"] = [LoginSuccess, LoginFailure, Lockout, Logout, SecondFactorFailure, RecoveryCodeUsed, SessionEnded, SessionsEnded, RevokedSessionUsed],
        ["account"] = [FirstAdminCreated, SetUpFailure, PasswordChanged, PasswordResetAsked, PasswordReset, SecondFactorOn, SecondFactorOff, RecoveryCodesMade, PasskeyAdded, PasskeyRemoved],
        ["rights"] = [UserInvited, InvitationWithdrawn, InvitationAccepted, UserChanged, UserDeactivated, UserActivated, RoleChanged, RightsChanged, HandedOver],
        ["seen"] = [RecordViewed, RecordsListed, Searched, FileDownloaded],
        ["exported"] = [Exported],
        ["system"] = [SettingChanged, BackupMade, BackupFailed, Restored, Adopted, Imported, Repaired, Checked, Purged, AuditPurged, AuditOverflow, AuditBroken],
        ["refused"] = [RequestRefused, AccessDenied, ViewRefused, FormTrap],
        ["suspicious"] = [Suspicious, SuspicionDismissed],
    };
}
