using System.Globalization;
using System.Text;
using KpsCrm.Data;
using KpsCrm.Data.Leads;
using KpsCrm.Data.Maintenance;
using KpsCrm.Web.Features.Intake;

namespace KpsCrm.Web.Maintenance;

/// <summary>A lead of a CSV file, ready to be added.</summary>
internal sealed record LeadRow(int Line, Lead Lead, LeadStatus Status);

/// <summary>Leads from a CSV file with the columns' names in its first line: those of the table <c>leads</c>, in any order, others are left out.</summary>
internal static class LeadRows
{
    private static readonly string[] Known = ["name", "email", "phone", "company", "service", "timeline", "budget", "budget_range", "status", "priority", "source", "value", "city", "state", "country", "assigned_to", "notes", "created_at"];

    /// <summary>Rows that can be leads, and of the others the line and the reason.</summary>
    /// <exception cref="TroubleException">The file is no such table.</exception>
    public static IEnumerable<(LeadRow? Row, int Line, string? Reason)> Read(string path, DateTime now)
    {
        using var file = new StreamReader(path, new UTF8Encoding(false, throwOnInvalidBytes: true));
        var first = file.ReadLine() ?? throw new TroubleException($"{path} is empty.");
        var comma = first.Count(c => c == ';') > first.Count(c => c == ',') ? ';' : ',';
        var columns = Csv.Read(new StringReader(first), comma).Select(r => r.Fields).FirstOrDefault()?.Select(c => c.Trim().ToLowerInvariant().Replace(' ', '_').Replace("e-mail", "email")).ToList() ?? [];
        if (!columns.Contains("name") || !columns.Contains("email"))
            throw new TroubleException($"The first line of {path} must name the columns, among them name and email; it has {string.Join(", ", columns.Take(5))}.");
        foreach (var (line, fields) in Csv.Read(file, comma))
        {
            var row = Known.ToDictionary(k => k, k => columns.IndexOf(k) is >= 0 and var at && at < fields.Count ? fields[at] : null);
            yield return Of(row, line + 1, now) switch { (var lead, null) => (lead, line + 1, null), var (_, reason) => (null, line + 1, reason) };
        }
    }

    private static (LeadRow? Row, string? Reason) Of(Dictionary<string, string?> row, int line, DateTime now)
    {
        var budget = row["budget_range"] is { Length: > 0 } range ? range : row["budget"];
        var enquiry = Normalising.Of(new Enquiry
        {
            Name = row["name"] ?? "", Email = row["email"] ?? "", Phone = row["phone"], Company = row["company"], Service = row["service"], Timeline = row["timeline"], Budget = budget,
            City = row["city"], State = row["state"], Country = row["country"], Message = row["notes"], Source = row["source"],
        });
        if (EnquiryRules.Check(enquiry, consentNeeded: false) is [var problem, ..])
            return (null, problem.Sentence);
        var (status, priority) = (LeadStatus.New, (Priority?)null);
        if (row["status"] is { Length: > 0 } written && !Columns.TryParse(written.Trim().ToLowerInvariant(), out status))
            return (null, $"The status '{written}' is unknown.");
        if (row["priority"] is { Length: > 0 } urgency)
        {
            if (!Columns.TryParse<Priority>(urgency.Trim().ToLowerInvariant(), out var known))
                return (null, $"The priority '{urgency}' is unknown.");
            priority = known;
        }
        if (row["value"] is { Length: > 0 } value && Normalising.BudgetCents(value) is null)
            return (null, $"The value '{value}' is no amount.");
        var created = now;
        if (row["created_at"] is { Length: > 0 } at && (!DateTime.TryParse(at, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out created) || created > now))
            return (null, $"The time '{at}' can't be read, or lies in the future.");

        var lead = enquiry.ToLead(created);
        lead.AssignedTo = Normalising.Cut(row["assigned_to"], Lead.ShortTextMaxLength);
        lead.Priority = priority ?? lead.Priority;
        if (row["value"] is { Length: > 0 } worth)
            lead.ValueCents = Normalising.BudgetCents(worth)!.Value;
        return (new(line, lead, status), null);
    }
}
