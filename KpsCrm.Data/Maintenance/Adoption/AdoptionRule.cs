using System.Reflection;

namespace KpsCrm.Data.Maintenance;

/// <summary>What is done with something that the older system wrote and this one doesn't hold as it is. docs/adoption.md has them all as a table.</summary>
/// <param name="Key">Stands in the report and in the list of details.</param>
/// <param name="Sentence">What was found, and what became of it.</param>
/// <param name="Look">A person should look at these.</param>
internal sealed record AdoptionRule(string Key, string Sentence, bool Look)
{
    public static readonly AdoptionRule
        IdRenumbered = new("id-renumbered", "a number that was missing, taken or out of range: the next free one after the largest", true),
        NotUtf8 = new("text-not-utf8", "text that is no UTF-8: read as Windows-1252", true),
        ControlCharacters = new("text-control", "NUL and other control characters: a space in their place", true),
        TooLong = new("text-too-long", "text longer than the field takes: its beginning there, all of it in a note", true),
        Bytes = new("text-bytes", "bytes where text belongs: in a note, in hexadecimal", true),
        NameMissing = new("name-missing", "no name or title: the company, the e-mail address or \"No name\"", true),
        EmailMissing = new("email-missing", "no e-mail address: empty", true),
        EmailStrange = new("email-strange", "an e-mail address that can't be one: kept as it is", true),
        EmailTidied = new("email-tidied", "a padded or mixed-case e-mail address: trimmed, in lower case", false),
        EmailTwice = new("email-twice", "several rows with one e-mail address: all kept", true),
        StatusUnknown = new("status-unknown", "an unknown status: new for leads, inactive for clients, proposal for deals; the word in a note", true),
        StatusSpelling = new("status-spelling", "a status written otherwise: the documented word", true),
        PriorityUnknown = new("priority-unknown", "an unknown priority: medium, the word in a note", true),
        PrioritySpelling = new("priority-spelling", "a priority written otherwise: the documented word", false),
        SourceMissing = new("source-missing", "no source: none, shown as unknown", false),
        BudgetRange = new("budget-range", "a budget written as one of the form's ranges: kept as the range", false),
        BudgetText = new("budget-text", "a budget that is neither a range nor an amount: kept as text", true),
        MoneyUnreadable = new("money-unreadable", "an amount that can't be read: 0, the original in a note", true),
        MoneyNegative = new("money-negative", "a negative amount or value: 0, the original in a note", true),
        MoneyTooLarge = new("money-too-large", "more than $1,000,000,000: 0, the original in a note", true),
        MoneyRounded = new("money-rounded", "fractions of a cent: rounded to the cent, the original in a note", true),
        TimeIso = new("time-iso", "a time in ISO 8601: the same moment", false),
        TimeUnreadable = new("time-unreadable", "a time that can't be read: that of the row before, the text in a note", true),
        TimeMissing = new("time-missing", "no time: that of the row before; no time of the last change: that of the first", false),
        TimeInFuture = new("time-in-future", "a time in the future: kept", true),
        DayUnreadable = new("day-unreadable", "a day that can't be read: none, the text in a note", true),
        LeadGone = new("lead-gone", "a lead that is not in the file: none, its number in a note", true),
        ClientGone = new("client-gone", "a client that is not in the file: none, its number in a note", true),
        NoClient = new("deal-without-client", "a deal without a client: kept so", true),
        ProbabilityRange = new("probability-range", "a probability below 0 or above 100: 0 or 100, the original in a note", true),
        ProbabilityUnreadable = new("probability-unreadable", "a probability that is missing or can't be read: the stage's own, the original in a note", false),
        ClosedWithoutDay = new("closed-without-day", "a closed deal without a day of closing: the day of its last change", false),
        OpenWithDay = new("open-with-day", "an open deal with a day of closing: none, the day in a note", true),
        LostWithoutReason = new("lost-without-reason", "lost without a reason, which the older system didn't ask for: \"Not recorded\"", false),
        Elsewhere = new("value-elsewhere", "a client's total that is not the sum of the won deals: the total stays, the difference is value from elsewhere", false),
        ElsewhereNegative = new("value-below-deals", "a client's total that is less than the won deals: the total stays, value from elsewhere is negative", true),
        AssignedMatched = new("assigned-matched", "assigned to somebody who has an account here by that name or address: theirs; the text stays", false),
        AssignedText = new("assigned-text", "assigned to a name or number of the older system: kept as text (Formerly with)", false),
        EventTypeMissing = new("event-missing", "no event type: custom", false),
        AddressUnknown = new("address-unknown", "the address \"unknown\": none", false),
        AddressStrange = new("address-strange", "an address that is none: kept as text", false),
        DetailsNotJson = new("details-not-json", "details that are no JSON: kept as text", false),
        SeverityUnknown = new("severity-unknown", "an unknown severity: kept as it is", false),
        UserNumber = new("user-number", "a user's number of the older system: kept with \"older system\" before it, because the same number is somebody else here", false),
        ColumnMissing = new("column-missing", "a documented column that the file lacks: its default", false),
        ColumnNew = new("column-new", "a column that the documentation doesn't know: its values in notes, or in the list of details", true),
        TableMissing = new("table-missing", "a documented table that the file lacks: nothing to bring", false),
        TableNew = new("table-new", "a table that the documentation doesn't know: its rows in the list of details", true);

    public static IReadOnlyList<AdoptionRule> All { get; } =
        [.. typeof(AdoptionRule).GetFields(BindingFlags.Public | BindingFlags.Static).Where(f => f.FieldType == typeof(AdoptionRule)).Select(f => (AdoptionRule)f.GetValue(null)!)];
}
