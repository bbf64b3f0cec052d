using KpsCrm.Data.Leads;

namespace KpsCrm.Web.Features.Intake;

/// <summary>Decides where an enquiry came from: what the campaign's link says, else the site that linked here, else what the sender claims, else the website itself.</summary>
public static class Attribution
{
    private static readonly Dictionary<string, string> Aliases = new()
    {
        ["adwords"] = "google", ["googleads"] = "google", ["google_ads"] = "google", ["google-ads"] = "google", ["google.com"] = "google",
        ["fb"] = "facebook", ["facebook.com"] = "facebook", ["facebook_ads"] = "facebook", ["facebook-ads"] = "facebook",
        ["ig"] = "instagram", ["instagram.com"] = "instagram",
        ["li"] = "linkedin", ["linkedin.com"] = "linkedin", ["linkedin_ads"] = "linkedin",
        ["bing.com"] = "bing", ["bingads"] = "bing", ["bing_ads"] = "bing", ["msn"] = "bing",
    };

    private static readonly HashSet<string> Social = ["facebook", "instagram", "linkedin", "twitter", "x", "tiktok", "youtube", "pinterest", "reddit", "fb", "lnkd", "t"];

    /// <param name="isOurs">Tells the hosts of the firm's own sites, which refer nobody.</param>
    public static string SourceOf(Enquiry enquiry, Func<string, bool> isOurs) =>
        Word(enquiry.UtmSource) ?? FromReferrer(enquiry.Referrer, isOurs) ?? Word(enquiry.Source) ?? "website";

    private static string? Word(string? claimed)
    {
        var word = Normalising.Cut(claimed, Lead.ShortTextMaxLength)?.ToLowerInvariant();
        return word is not null && Aliases.TryGetValue(word, out var known) ? known : word;
    }

    private static string? FromReferrer(string? referrer, Func<string, bool> isOurs)
    {
        if (!Uri.TryCreate(referrer, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https" or "android-app") || isOurs(address.Host))
            return null;

        // google.com, www.google.co.uk, com.google.android.gm: the firm's name is one of the labels.
        var labels = address.Host.ToLowerInvariant().Split('.');
        return labels.Contains("google") ? "google"
            : labels is [.., var site, _] && Social.Contains(site) && (site is not ("x" or "t" or "fb") || labels.Length <= 3) ? "social_media"
            : "referral";
    }
}
