using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace KpsCrm.Data.Security;

/// <summary>
/// How the audit trail proves itself. A row's hash is SHA-256, in hexadecimal, over netstrings (<c>5:hello,</c> counted in bytes of UTF-8; <c>-,</c> for
/// null): <c>kps1</c>, the hash before, seq, id, time as <c>2026-11-24T12:00:00.000Z</c>, event type, user id, user name, address, user agent,
/// subject, details, severity. Anybody can compute it without this program.
/// </summary>
public static class AuditChain
{
    private const string Form = "kps1";
    public const string Time = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";

    public static string HashOf(string before, SecurityLog row) => HashOf(before, row.Seq, row.Id.ToString(CultureInfo.InvariantCulture), row.CreatedAt.ToString(Time, CultureInfo.InvariantCulture),
        row.EventType, row.UserId, row.UserName, row.IpAddress, row.UserAgent, row.Subject, row.Details, row.Severity);

    internal static string HashOf(string before, long? seq, params ReadOnlySpan<string?> fields) => Hash([Form, before, seq?.ToString(CultureInfo.InvariantCulture), .. fields]);

    internal static string Hash(params ReadOnlySpan<string?> fields)
    {
        var text = new StringBuilder();
        foreach (var field in fields)
            text.Append(field is null ? "-" : Encoding.UTF8.GetByteCount(field).ToString(CultureInfo.InvariantCulture)).Append(field is null ? "" : ":").Append(field).Append(',');
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }

    internal static string GenesisOf(SecurityChain chain) =>
        Hash("kps1-genesis", chain.Nonce, chain.StartedAt.ToString(Time, CultureInfo.InvariantCulture), chain.OldRows.ToString(CultureInfo.InvariantCulture), chain.OldUpTo.ToString(CultureInfo.InvariantCulture), chain.OldHash);

    /// <summary>Cut to what the columns take, without line breaks, control characters and halves of characters: a row is one line, and reads back as it was hashed.</summary>
    internal static void Clean(SecurityLog row)
    {
        row.EventType = Line(row.EventType, SecurityLog.EventTypeMaxLength) ?? "";
        row.UserId = Line(row.UserId);
        row.UserName = Line(row.UserName);
        row.IpAddress = Line(row.IpAddress);
        row.UserAgent = Line(row.UserAgent);
        row.Subject = Line(row.Subject, SecurityLog.SubjectMaxLength);
        row.Details = Line(row.Details, SecurityLog.DetailsMaxLength);
        row.Severity = Line(row.Severity) ?? SecuritySeverity.Info;
        row.CreatedAt = new(row.CreatedAt.Ticks - row.CreatedAt.Ticks % TimeSpan.TicksPerMillisecond, DateTimeKind.Utc);
    }

    private static string? Line(string? text, int maxLength = SecurityLog.TextMaxLength)
    {
        if (string.IsNullOrEmpty(text))
            return null;
        var line = new StringBuilder(Math.Min(text.Length, maxLength));
        foreach (var rune in text.EnumerateRunes())
        {
            if (line.Length + rune.Utf16SequenceLength > maxLength)
                break;
            line.Append(Rune.IsControl(rune) || rune.Value is 0x2028 or 0x2029 ? " " : rune.ToString());
        }
        return line.ToString();
    }
}
