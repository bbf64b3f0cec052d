using System.Buffers.Text;
using System.Globalization;
using System.Text;
using KpsCrm.Web.Features.Mail;

namespace KpsCrm.Web.Features.Account;

/// <summary>How a link names its person and carries its token; both ways.</summary>
internal static class OneTimeLink
{
    /// <summary>At the configured address (<c>Mail__BaseUrl</c>); what a request says about its host is never asked.</summary>
    public static string Of(MailOptions mail, string page, int userId, string token) =>
        string.Create(CultureInfo.InvariantCulture, $"{mail.BaseUrl.TrimEnd('/')}/{page}?user={userId}&token={Base64Url.EncodeToString(Encoding.UTF8.GetBytes(token))}");

    /// <summary>Null for what was never a token.</summary>
    public static string? TokenOf(string? text)
    {
        try
        {
            return string.IsNullOrEmpty(text) ? null : Encoding.UTF8.GetString(Base64Url.DecodeFromChars(text));
        }
        catch (FormatException)
        {
            return null;
        }
    }
}
