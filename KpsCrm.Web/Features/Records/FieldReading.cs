using System.Globalization;
using KpsCrm.Data.Deals;
using KpsCrm.Web.Features.Intake;
using KpsCrm.Web.Shared;

namespace KpsCrm.Web.Features.Records;

/// <summary>From what is typed to a field's value. Reading a value that was read gives the same value.</summary>
internal static class FieldReading
{
    public const string AmountRange = "The amount must be between $0 and $1,000,000,000.";

    private static readonly string[] DateForms = ["yyyy-MM-dd", "M/d/yyyy", "MMM d, yyyy", "MMMM d, yyyy"];

    public static Reading Of(Field field, string? typed)
    {
        if ((field.Kind == FieldKind.LongText ? Normalising.Text(typed) : Normalising.Line(typed)) is not { } text)
            return field.Required ? new(null, Empty(field)) : new(null);
        return field.Kind switch
        {
            FieldKind.Email => Email(field, text),
            FieldKind.Phone => Fitting(field, Normalising.Phone(text)),
            FieldKind.Money => Money(text),
            FieldKind.Percent => Percent(text),
            FieldKind.Date => Day(text),
            FieldKind.Choice => Choice(field, text),
            FieldKind.Person => Number(text, "Choose a colleague from the list."),
            FieldKind.Client => Number(text, "Choose a client from the list."),
            _ => Fitting(field, field.Spell is null ? text : field.Spell(text)),
        };
    }

    private static string Empty(Field field) => field.Kind switch
    {
        FieldKind.Money => $"Enter the {field.Noun}; 0 if it isn't known yet.",
        FieldKind.Choice or FieldKind.Person or FieldKind.Client => $"Choose the {field.Noun}.",
        _ => $"Enter the {field.Noun}.",
    };

    private static Reading Fitting(Field field, string? text) =>
        FieldRules.TooLong(field.Noun, text, field.MaxLength) is { } problem ? new(null, problem) : new(text);

    private static Reading Email(Field field, string text)
    {
        var email = Normalising.Email(text)!;
        return FieldRules.TooLong(field.Noun, email, field.MaxLength) is { } problem ? new(null, problem)
            : FieldRules.IsEmail(email) ? new(email)
            : new(null, FieldRules.NotAnEmail);
    }

    private static Reading Money(string text)
    {
        // A comma parts thousands, as people here write them; "12,5" would be read as 125.
        if (!decimal.TryParse(text.TrimStart('$').Replace(" ", ""), NumberStyles.AllowDecimalPoint | NumberStyles.AllowThousands | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var dollars)
            || text.LastIndexOf(',') is var comma and >= 0 && (text.IndexOf('.', comma) is var point && (point < 0 ? text.Length : point) - comma != 4))
            return new(null, "Enter an amount in dollars, like 12,500 or 980.50.");
        return dollars is < 0 or > Deal.MaxAmountCents / 100 ? new(null, AmountRange) : new(Dollars((long)Math.Round(dollars * 100, MidpointRounding.AwayFromZero)));
    }

    private static Reading Percent(string text) =>
        int.TryParse(text.TrimEnd('%').TrimEnd(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var percent) && percent is >= 0 and <= 100
            ? new(percent.ToString(CultureInfo.InvariantCulture))
            : new(null, "Enter a whole number from 0 to 100.");

    private static Reading Day(string text) =>
        !DateOnly.TryParseExact(text, DateForms, CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? new(null, "Enter a day, like Dec 24, 2026.")
        : day.Year is < 2000 or > 2100 ? new(null, "Enter a day between the years 2000 and 2100.")
        : new(DayText(day));

    private static Reading Choice(Field field, string text) =>
        field.Options.FirstOrDefault(o => o.Value.Equals(text, StringComparison.OrdinalIgnoreCase) || o.Label.Equals(text, StringComparison.OrdinalIgnoreCase)) is { } option
            ? new(option.Value)
            : new(null, $"Choose one of these: {string.Join(", ", field.Options.Select(o => o.Label))}.");

    private static Reading Number(string text, string otherwise) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var id) && id > 0 ? new(id.ToString(CultureInfo.InvariantCulture)) : new(null, otherwise);

    public static string Dollars(long cents) => (cents / 100m).ToString("0.##", CultureInfo.InvariantCulture);

    public static long Cents(string? value) => value is null ? 0 : (long)(decimal.Parse(value, CultureInfo.InvariantCulture) * 100);

    public static string DayText(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
