using System.Text.Json;
using KpsCrm.Data.Activities;
using KpsCrm.Data.Deals;
using KpsCrm.Data.Leads;
using KpsCrm.Data.Notifications;
using KpsCrm.Data.Security;
using KpsCrm.Data.Tasks;

namespace KpsCrm.Data.Maintenance;

/// <summary>What is to be done: some overdue, some today, some later, some deals without a next step; what was done; a note that names a colleague, and a few bells.</summary>
internal sealed class SampleTasks(SampleFirm firm)
{
    /// <summary>Days from today, in turn; null for a deal that nobody has planned anything for.</summary>
    private static readonly int?[] Turns = [-2, 0, 3, null, 1, 8, 0, null, -5, 2, 14, null];

    public void Write()
    {
        var open = firm.Deals.Where(d => d.Stage is DealStage.Proposal or DealStage.Negotiation or DealStage.Review && d.OwnerId is not null).ToList();
        foreach (var ones in open.GroupBy(d => d.OwnerId))
        {
            foreach (var (i, deal) in ones.Index())
            {
                if (Turns[i % Turns.Length] is { } days)
                    Plan(i, days, deal.OwnerId, deal.LastActivityAt, deal: deal);
            }
        }
        var talking = firm.Leads.Where(l => l.Status is LeadStatus.Contacted or LeadStatus.Qualified && l.OwnerId is not null).ToList();
        for (var i = 0; i < talking.Count; i += 2)
            Plan(i + 1, 1 + i % 6, talking[i].OwnerId, talking[i].LastActivityAt, lead: talking[i]);
        foreach (var won in firm.Deals.Where(d => d.Stage == DealStage.ClosedWon).OrderByDescending(d => d.ActualCloseDate).Take(8).ToList())
            Finish(won);
        // Not on a deal that is to look idle.
        if (open.Where(d => (firm.Calendar.End - d.LastActivityAt).TotalDays < 12).ToList() is [var first, var second, ..])
        {
            Mention(first, firm.Team.Anna, firm.Team.Ben, "knows the owner from his last job. Please call him before we send the figures.");
            Mention(second, firm.Team.Ben, firm.Team.Anna, "they ask for a reference in their trade; didn’t you have one?");
        }
        if (firm.Deals.FirstOrDefault(d => d.Stage == DealStage.Negotiation && d.OwnerId is not null) is { } given)
            Ring(given.OwnerId, NotificationKind.Assigned, $"{firm.Team.Manager.Name} gave you the deal {given.Title}", given, given.CreatedAt, read: true);
    }

    private void Plan(int index, int days, int? owner, DateTime at, Deal? deal = null, Lead? lead = null)
    {
        var (kind, title) = SampleWords.Steps[index % SampleWords.Steps.Length];
        firm.Tasks.Add(new TaskItem
        {
            Kind = kind,
            Title = title,
            DueOn = firm.Calendar.Today.AddDays(days),
            DueAt = kind is TaskKind.Meeting or TaskKind.Call && index % 2 == 0 ? new TimeOnly(9 + index % 7, index % 4 * 15) : null,
            OwnerId = owner,
            CreatedById = owner,
            Deal = deal,
            Lead = lead,
            CreatedAt = at,
            IsSample = true,
        });
    }

    private void Finish(Deal won)
    {
        var (kind, title) = SampleWords.Steps[won.Title.Length % SampleWords.Steps.Length];
        var by = firm.SellerOf(won.OwnerId);
        var task = new TaskItem { Kind = kind, Title = title, DueOn = firm.Calendar.DayOf(won.StageChangedAt), OwnerId = won.OwnerId, CreatedById = won.OwnerId, Deal = won, CreatedAt = won.CreatedAt, IsSample = true };
        firm.Activities.Add(task.Finish(by, won.StageChangedAt));
        firm.Tasks.Add(task);
    }

    /// <summary>As the program writes it: the words readable as they are, who is meant beside them.</summary>
    private void Mention(Deal deal, Actor by, Actor who, string words)
    {
        var at = firm.Calendar.DaysAgo(1, deal.LastActivityAt);
        firm.Log(ActivityKind.Note, deal, by, $"@{who.Name} {words}", at, who.UserId is { } id ? JsonSerializer.Serialize(new { mentions = new[] { new { id, name = who.Name } } }) : null);
        Ring(who.UserId, NotificationKind.Mentioned, $"{by.Name} mentioned you on {deal.Title}", deal, at);
    }

    private void Ring(int? person, NotificationKind kind, string text, Deal deal, DateTime at, bool read = false)
    {
        if (person is { } id)
            firm.Notifications.Add(new Notification { UserId = id, Kind = kind, Text = text, Deal = deal, At = at, ReadAt = read ? at : null });
    }
}
