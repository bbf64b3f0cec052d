using System.Globalization;
using System.Text;
using KpsCrm.Data.Leads;
using PhoneNumbers;

namespace KpsCrm.Web.Features.Intake;

/// <summary>Makes what people type comparable, without losing what they meant. Doing it twice changes nothing.</summary>
public static class Normalising
{
    private const string HomeRegion = "US";
    private const int AddressMaxLength = 500;

    private static readonly PhoneNumberUtil Phones = PhoneNumberUtil.GetInstance();

    public static Enquiry Of(Enquiry sent) => sent with
    {
        Name = Line(sent.Name) ?? "",
        Email = Email(sent.Email) ?? "",
        Phone = Phone(sent.Phone),
        Company = Line(sent.Company),
        City = Line(sent.City),
        State = Line(sent.State),
        Country = Line(sent.Country),
        Service = Service(sent.Service),
        Budget = Line(sent.Budget),
        Timeline = Line(sent.Timeline),
        Message = Text(sent.Message),
        Source = Line(sent.Source),
        UtmSource = Cut(sent.UtmSource, Lead.ShortTextMaxLength),
        UtmMedium = Cut(sent.UtmMedium, Lead.ShortTextMaxLength),
        UtmCampaign = Cut(sent.UtmCampaign, Lead.ShortTextMaxLength),
        UtmTerm = Cut(sent.UtmTerm, Lead.ShortTextMaxLength),
        UtmContent = Cut(sent.UtmContent, Lead.ShortTextMaxLength),
        Referrer = Cut(sent.Referrer, AddressMaxLength),
        LandingPage = Cut(sent.LandingPage, AddressMaxLength),
        Page = Cut(sent.Page, AddressMaxLength),
        SessionId = Cut(sent.SessionId, Lead.ShortTextMaxLength),
        UserAgent = Cut(sent.UserAgent, AddressMaxLength),
    };

    /// <summary>Trimmed and lower-case.</summary>
    public static string? Email(string? typed) => Line(typed)?.ToLowerInvariant();

    /// <summary>E.164 (an extension as <c> x12</c> behind it) when it is a real number, read as one of the United States unless it says otherwise; else as typed.</summary>
    public static string? Phone(string? typed)
    {
        if (Line(typed) is not { } line)
            return null;
        try
        {
            var number = Phones.Parse(line, HomeRegion);
            if (!Phones.IsValidNumber(number))
                return line;
            var e164 = Phones.Format(number, PhoneNumberFormat.E164);
            return number.HasExtension ? $"{e164} x{number.Extension}" : e164;
        }
        catch (NumberParseException)
        {
            return line;
        }
    }

    /// <summary>A service of ours in our spelling, whatever the case it was sent in; else as sent.</summary>
    public static string? Service(string? sent) =>
        Line(sent) is { } line ? LeadValue.Services.Keys.FirstOrDefault(known => known.Equals(line, StringComparison.OrdinalIgnoreCase)) ?? line : null;

    /// <summary>Cents, when the budget was given as a number such as <c>7500</c> or <c>$7,500.50</c>.</summary>
    public static long? BudgetCents(string? budget) =>
        decimal.TryParse(budget?.Trim().TrimStart('$'), NumberStyles.AllowThousands | NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingWhite, CultureInfo.InvariantCulture, out var dollars)
        && dollars is >= 0 and <= 1_000_000_000_000
            ? (long)Math.Round(dollars * 100, MidpointRounding.AwayFromZero)
            : null;

    /// <summary>For what no person typed: one line, and what is too long is cut, never refused.</summary>
    public static string? Cut(string? sent, int length) => Line(sent) is { } line && line.Length > length
        ? Line(char.IsHighSurrogate(line[length - 1]) ? line[..(length - 1)] : line[..length])
        : Line(sent);

    /// <summary>One line: no control characters, trimmed; null when nothing is left.</summary>
    public static string? Line(string? typed) => Clean(typed, keepLines: false);

    /// <summary>Like <see cref="Line"/>, with its line breaks.</summary>
    public static string? Text(string? typed) => Clean(typed?.ReplaceLineEndings("\n"), keepLines: true);

    /// <summary>PostgreSQL stores neither NUL nor half a surrogate pair; invisible marks would make an empty name look filled.</summary>
    private static string? Clean(string? typed, bool keepLines)
    {
        if (string.IsNullOrWhiteSpace(typed))
            return null;

        var clean = typed.AsSpan();
        if (NeedsCleaning(clean, keepLines))
        {
            var kept = new StringBuilder(typed.Length);
            foreach (var rune in typed.EnumerateRunes())
            {
                if (IsInvisible(rune.Value))
                    continue;
                kept.Append(Rune.IsControl(rune) && !(keepLines && rune.Value is '\n' or '\t') ? " " : rune.ToString());
            }
            clean = kept.ToString().Normalize(NormalizationForm.FormC);
        }
        clean = clean.Trim();
        return clean.Length == 0 ? null : clean.ToString();
    }

    private static bool NeedsCleaning(ReadOnlySpan<char> text, bool keepLines)
    {
        foreach (var c in text)
        {
            if (c > '~' || (c < ' ' && !(keepLines && c is '\n' or '\t')))
                return true;
        }
        return false;
    }

    /// <summary>Zero-width spaces and marks that turn the direction of writing. Joiners stay: Persian and emoji need them.</summary>
    private static bool IsInvisible(int rune) => rune is 0x200B or 0x200E or 0x200F or 0xFEFF or (>= 0x202A and <= 0x202E) or (>= 0x2060 and <= 0x2069) or 0xAD;
}
