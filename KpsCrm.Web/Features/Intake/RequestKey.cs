using System.Security.Cryptography;
using System.Text;

namespace KpsCrm.Web.Features.Intake;

/// <summary>Tells the same request, sent twice, from a new one.</summary>
public static class RequestKey
{
    /// <summary>The key that an API's sender chose; null when they chose none.</summary>
    public static string? OfApi(string? chosen) => string.IsNullOrWhiteSpace(chosen) ? null : $"api:{Hash(chosen.Trim())}";

    /// <summary>The form's key together with what was filled in: who goes back, changes the message and sends again means it.</summary>
    public static string OfForm(string? key, Enquiry enquiry) => $"form:{Hash($"{key}\n{(enquiry with { IpAddress = null, UserAgent = null }).ToJson()}")}";

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..40];
}
