using KpsCrm.Data.Activities;
using KpsCrm.Data.Clients;
using KpsCrm.Data.Deals;
using KpsCrm.Data.Leads;
using KpsCrm.Data.Notifications;
using KpsCrm.Data.Ordering;
using KpsCrm.Data.Security;
using KpsCrm.Data.Tasks;

namespace KpsCrm.Data.Maintenance;

/// <summary>The sample firm's books while they are written: the same day gives the same rows.</summary>
internal sealed class SampleFirm
{
    private const int Seed = 2026;

    public SampleFirm(SampleTeam team, DateOnly today, TimeZoneInfo zone)
    {
        Team = team;
        Random = new Random(Seed);
        Calendar = new SampleCalendar(today, zone, Random);
        new SampleLeads(this).Write();
        new SampleDeals(this).Write();
        new SampleContacts(this).Write();
        new SampleTasks(this).Write();
        Sort();
    }

    public SampleTeam Team { get; }
    public Random Random { get; }
    public SampleCalendar Calendar { get; }
    public List<Lead> Leads { get; } = [];
    public List<Client> Clients { get; } = [];
    public List<Deal> Deals { get; } = [];
    public List<Activity> Activities { get; } = [];
    public List<TaskItem> Tasks { get; } = [];
    public List<Notification> Notifications { get; } = [];

    public T Pick<T>(IReadOnlyList<T> from) => from[Random.Next(from.Count)];

    public Actor Seller() => Random.Next(2) == 0 ? Team.Anna : Team.Ben;

    public Actor SellerOf(int? ownerId) => ownerId is null ? Team.Manager : ownerId == Team.Ben.UserId ? Team.Ben : Team.Anna;

    /// <summary>Adds one line of history, and moves the record's last activity with it.</summary>
    public void Log(ActivityKind kind, IEditable record, Actor by, string summary, DateTime at, string? detail = null)
    {
        Activities.Add(new Activity
        {
            Kind = kind,
            Lead = record as Lead,
            Client = record as Client ?? (record as Deal)?.Client,
            Deal = record as Deal,
            ActorId = by.UserId,
            ActorName = by.Name,
            Summary = summary,
            Detail = detail,
            At = at,
            IsSample = true,
        });
        Touch(record, at);
        if (kind is ActivityKind.Note or ActivityKind.Call && record is Lead lead)
            lead.AnsweredAt ??= at;
    }

    public void Move(Lead lead, LeadStatus to, Actor by, DateTime at, string? lostReason = null)
    {
        if (lead.MoveTo(to, Rank.Middle, by, at, lostReason) is { } move)
            Activities.Add(move);
        Touch(lead, at);
    }

    public void Move(Deal deal, DealStage to, Actor by, DateTime at, Closing? closing = null)
    {
        if (deal.MoveTo(to, Rank.Middle, by, at, closing) is { } move)
            Activities.Add(move);
        Touch(deal, at);
    }

    private static void Touch(IEditable record, DateTime at) => record.UpdatedAt = record.LastActivityAt = at > record.LastActivityAt ? at : record.LastActivityAt;

    /// <summary>What needs attention stands on top of its column.</summary>
    private void Sort()
    {
        foreach (var column in Leads.GroupBy(l => l.Status))
            Place(column.OrderByDescending(l => l.Priority).ThenByDescending(l => l.CreatedAt), (lead, rank) => lead.PlaceAt(rank));
        foreach (var column in Deals.GroupBy(d => d.Stage))
            Place(column.OrderByDescending(d => d.ActualCloseDate).ThenBy(d => d.ExpectedCloseDate).ThenBy(d => d.CreatedAt), (deal, rank) => deal.PlaceAt(rank));
        Activities.Sort((a, b) => a.At.CompareTo(b.At));
    }

    private static void Place<T>(IEnumerable<T> column, Action<T, string> place)
    {
        string? above = null;
        foreach (var row in column)
        {
            above = Rank.Between(above, null);
            place(row, above);
        }
    }
}
