using KpsCrm.Data.Changes;
using KpsCrm.Data.Security;
using KpsCrm.Data.Tasks;
using KpsCrm.Web.Shared;

namespace KpsCrm.Web.Features.Lists;

/// <summary>Which rows a list shows: its query string, said the one way in which equal filters say it, so that they share an answer.</summary>
public abstract record ListFilter
{
    /// <summary>With the question mark; empty when every row is shown.</summary>
    public string Query { get; private protected init; } = "";

    /// <summary>Sought in the text index, which <c>Apply</c> leaves to its caller.</summary>
    public string? Text { get => this["q"]; init => this["q"] = value; }

    public bool IsEmpty => Query == "";

    /// <summary>What the rows shown depend on besides themselves: records are found by their notes, too.</summary>
    internal Topics Besides => (this["next"] is null ? Topics.None : Topics.Tasks) | (Text is null ? Topics.None : Topics.Activities);

    internal ListQuery Read => new(Query);

    private protected string? this[string key]
    {
        get => Read.Text(key);
        init => Query = Said(Read.Entries.Where(e => e.Key != key).Append((key, value ?? "")));
    }

    private protected DateOnly? DayAt(string key) => Read.Day(key);

    private protected static string? Said(DateOnly? day) => day?.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);

    /// <param name="me">Who "me" in the address is; null when nobody looks.</param>
    private protected static string Tidy(IReadOnlyList<FilterField> fields, ListQuery query, int? me) =>
        Said(fields.SelectMany(f => f.Tidy(query, me)).Append(("q", query.Text("q") ?? "")));

    private static string Said(IEnumerable<(string Key, string Value)> entries) =>
        ListQuery.Uri("", [.. entries.Where(e => e.Value.Length > 0).OrderBy(e => e.Key, StringComparer.Ordinal).Select(e => (e.Key, (object?)e.Value))]);
}

/// <summary>What conditions speak of besides the row: what is planned, and what day it is.</summary>
/// <param name="Now">UTC.</param>
public sealed record FilterContext(IQueryable<TaskItem> Tasks, DateTime Now, CompanyOptions Company)
{
    public static FilterContext Of(CrmView view, CompanyOptions company) => new(view.Tasks, view.Now, company);

    /// <summary>The company's calendar day.</summary>
    public DateOnly Today => Company.DayOf(Now);
}
