using System.Globalization;
using KpsCrm.Data;
using KpsCrm.Data.Security;
using KpsCrm.Web.Shared;

namespace KpsCrm.Web.Features.Audit;

/// <summary>Which rows of the trail a list shows, as it stands in the query string.</summary>
public sealed record AuditFilter
{
    /// <summary>One of <see cref="SecurityEvents.Groups"/>, or one event type.</summary>
    public string? Kind { get; init; }

    public string? User { get; init; }
    public string? Address { get; init; }
    public string? Severity { get; init; }

    /// <summary>Everything about one thing: <c>leads/12</c>.</summary>
    public string? Subject { get; init; }

    /// <summary>Days of the company's calendar, both included.</summary>
    public DateOnly? From { get; init; }

    public DateOnly? To { get; init; }
    public string? Text { get; init; }

    public static AuditFilter Of(ListQuery query) => new()
    {
        Kind = query.Text("kind"),
        User = query.Number("user")?.ToString(CultureInfo.InvariantCulture),
        Address = query.Text("address"),
        Severity = query.Text("severity") is { } severity && SecuritySeverity.All.Contains(severity) ? severity : null,
        Subject = query.Text("about"),
        From = query.Day("from"),
        To = query.Day("to"),
        Text = query.Text("q"),
    };

    public (string Key, object? Value)[] Values =>
        [("kind", Kind), ("user", User), ("address", Address), ("severity", Severity), ("about", Subject), ("from", From), ("to", To), ("q", Text)];

    public IQueryable<SecurityLog> Apply(IQueryable<SecurityLog> rows, CompanyOptions company)
    {
        if (Kind is { } kind)
            rows = SecurityEvents.Groups.TryGetValue(kind, out var types) ? rows.Where(l => types.Contains(l.EventType)) : rows.Where(l => l.EventType == kind);
        if (User is { } user)
            rows = rows.Where(l => l.UserId == user);
        if (Address is { } address)
            rows = rows.Where(l => l.IpAddress == address);
        if (Severity is { } severity)
            rows = rows.Where(l => l.Severity == severity);
        if (Subject is { } subject)
            rows = ShownRecords.About(rows, subject);
        if (From is { } first && company.StartOf(first) is var from)
            rows = rows.Where(l => l.CreatedAt >= from);
        if (To is { } last && company.StartOf(last.AddDays(1)) is var until)
            rows = rows.Where(l => l.CreatedAt < until);
        return Text is { } text ? rows.Containing(text, l => l.Details, l => l.UserName, l => l.Subject, l => l.IpAddress, l => l.UserAgent, l => l.EventType) : rows;
    }
}

/// <summary>Where in the list someone is: after a row, by its time and id; rows that come in meanwhile move nothing.</summary>
public sealed record AuditPlace(DateTime At, int Id)
{
    private const string Form = "yyyyMMdd'T'HHmmssfff";

    public static AuditPlace? Of(ListQuery query) => query.Text("before")?.Split('-') is [var at, var id]
        && DateTime.TryParseExact(at, Form, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var moment)
        && int.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? new(moment, number) : null;

    public override string ToString() => At.ToString(Form, CultureInfo.InvariantCulture) + "-" + Id.ToString(CultureInfo.InvariantCulture);
}
