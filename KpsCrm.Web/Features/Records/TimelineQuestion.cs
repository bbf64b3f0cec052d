using KpsCrm.Data.Activities;
using KpsCrm.Data.Changes;
using KpsCrm.Data.Security;
using KpsCrm.Web.Live;
using Microsoft.EntityFrameworkCore;

namespace KpsCrm.Web.Features.Records;

/// <summary>A part of what happened to a record, newest first.</summary>
/// <param name="Before">Only what is older: the next page.</param>
/// <param name="DownTo">All from the newest to this one: what a screen has loaded, as it is now.</param>
public sealed record TimelineQuestion(RecordRef Record, TimelineKinds Kinds, TimelineMark? Before = null, TimelineMark? DownTo = null) : IQuestion<TimelinePage>
{
    public const int PageSize = 30;

    public Topics Of => Topics.Activities | Topics.Mail | Topics.Leads | Topics.Clients | Topics.Deals;

    public async Task<TimelinePage> AskAsync(CrmView view, CancellationToken cancellationToken)
    {
        var rows = view.ActivitiesOf(Record).Where(a => a.ReplacesId == null);
        // A lead that a visitor made began with an enquiry.
        var withEnquiries = Kinds.HasFlag(TimelineKinds.Mails);
        if (Kinds != TimelineKinds.All && Kinds.Activities() is var kinds)
            rows = rows.Where(a => kinds.Contains(a.Kind) || (withEnquiries && a.Kind == ActivityKind.Created && a.Detail != null));
        if (Before is { } before)
            rows = rows.Where(a => a.At <= before.At && (a.At < before.At || a.Id < before.Id));
        if (DownTo is { } last)
            rows = rows.Where(a => a.At >= last.At && (a.At > last.At || a.Id >= last.Id));

        rows = rows.OrderByDescending(a => a.At).ThenByDescending(a => a.Id);
        var entries = await (DownTo is null ? rows.Take(PageSize + 1) : rows)
            .Select(a => new TimelineEntry(a.Id, a.Kind, a.ActorId, a.ActorName, a.Summary, a.Detail, a.At, a.FromStage, a.ToStage)
            {
                Lead = a.Lead == null ? null : new Link(a.Lead.Id, a.Lead.Name),
                Client = a.Client == null ? null : new Link(a.Client.Id, a.Client.Name),
                Deal = a.Deal == null ? null : new Link(a.Deal.Id, a.Deal.Title),
            }).ToListAsync(cancellationToken);

        var more = DownTo is null && entries.Count > PageSize;
        if (more)
            entries.RemoveAt(PageSize);
        entries = await TimelineDetails.WithCorrectionsAsync(view, entries, cancellationToken);
        entries = await TimelineDetails.WithMailsAsync(view, entries, cancellationToken);
        return new(await TimelineDetails.WithTimesAsync(view, entries, cancellationToken), more);
    }
}

/// <param name="More">There are older ones.</param>
public sealed record TimelinePage(IReadOnlyList<TimelineEntry> Entries, bool More);

internal static class RecordActivities
{
    public static IQueryable<Activity> ActivitiesOf(this CrmView view, RecordRef record)
    {
        var id = record.Id;
        return record.Kind switch
        {
            RecordKind.Lead => view.Activities.Where(a => a.LeadId == id),
            RecordKind.Client => view.Activities.Where(a => a.ClientId == id),
            _ => view.Activities.Where(a => a.DealId == id),
        };
    }
}
