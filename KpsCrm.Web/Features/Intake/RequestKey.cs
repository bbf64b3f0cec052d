using System.Security.Cryptography;
using System.Text;

namespace KpsCrm.Web.Features.Intake;

/// <summary>Tells the same request, sent twice, from a new one.</summary>
public static class RequestKey
{
    /// <summary>The key that an API's sender chose, together with what was sent: a site that uses one key for all its visitors loses none of them. Null when they chose none.</summary>
    public static string? OfApi(string? chosen, Enquiry enquiry) => string.IsNullOrWhiteSpace(chosen) ? null : $"api:{Hash(chosen.Trim(), enquiry)}";

    /// <summary>The form's key together with what was filled in: who goes back, changes the message and sends again means it.</summary>
    public static string OfForm(string? key, Enquiry enquiry) => $"form:{Hash(key, enquiry)}";

    private static string Hash(string? key, Enquiry enquiry) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{key}\n{(enquiry with { IpAddress = null, UserAgent = null }).ToJson()}")))[..40];
}
