using KpsCrm.Data.Changes;
using KpsCrm.Data.Deals;
using KpsCrm.Data.Security;
using KpsCrm.Data.Tasks;
using KpsCrm.Web.Live;
using Microsoft.EntityFrameworkCore;

namespace KpsCrm.Web.Features.Tasks;

/// <summary>The parts of the page, in its order.</summary>
public enum DayPart
{
    Overdue,
    Today,
    Stepless,
    Waiting,
    Week,
    Later,
    Done,
}

/// <param name="Count">All there are, shown or not.</param>
public sealed record PartOf<T>(int Count, IReadOnlyList<T> Rows);

public sealed record SteplessDeal(int Id, string Title, string? Client, DealStage Stage, long AmountCents, DateOnly? CloseOn, string? Owner);

public sealed record WaitingLead(int Id, string Name, string? Company, string? Service, string? Phone, DateTime CreatedAt, string? Owner);

public sealed record DayAnswer(IReadOnlyDictionary<DayPart, PartOf<TaskRow>> Tasks, PartOf<SteplessDeal> Stepless, PartOf<WaitingLead> Waiting)
{
    public PartOf<TaskRow> In(DayPart part) => Tasks[part];
}

/// <summary>What a day asks of somebody: true counts of every part and its first rows.</summary>
/// <param name="OwnerId">Null for everybody.</param>
/// <param name="Today">The company's calendar day.</param>
/// <param name="All">The part that is shown at length.</param>
public sealed record TasksQuestion(int? OwnerId, DateOnly Today, DayPart? All, CompanyOptions Company) : IQuestion<DayAnswer>
{
    private const int Few = 20;
    private const int Many = 500;
    private static readonly DayPart[] OpenParts = [DayPart.Overdue, DayPart.Today, DayPart.Week, DayPart.Later];

    public Topics Of => Topics.Tasks | Topics.Deals | Topics.Leads | Topics.Clients | Topics.Users;

    public async Task<DayAnswer> AskAsync(CrmView view, CancellationToken cancellationToken)
    {
        var weekEnd = Today.AddDays(7);
        var open = view.Tasks.Where(t => t.DoneAt == null);
        if (OwnerId is { } owner)
            open = open.Where(t => t.OwnerId == owner);
        var counts = await open.GroupBy(t => t.DueOn < Today ? DayPart.Overdue : t.DueOn == Today ? DayPart.Today : t.DueOn <= weekEnd ? DayPart.Week : DayPart.Later)
            .Select(g => new { g.Key, Count = g.Count() }).ToDictionaryAsync(g => g.Key, g => g.Count, cancellationToken);
        var rows = await OpenParts.Select(part => First(In(open, part, weekEnd), part)).Aggregate((all, next) => all.Concat(next)).Select(TaskRow.Of).ToListAsync(cancellationToken);

        var tasks = OpenParts.ToDictionary(part => part, part => new PartOf<TaskRow>(counts.GetValueOrDefault(part), [.. rows.Where(t => PartOf(t.DueOn, weekEnd) == part)
            .OrderBy(t => t.DueOn).ThenBy(t => t.DueAt ?? TimeOnly.MaxValue).ThenBy(t => t.Id)]));
        tasks[DayPart.Done] = await DoneAsync(view, cancellationToken);
        return new(tasks, await SteplessAsync(view, cancellationToken), await WaitingAsync(view, cancellationToken));
    }

    private int Shown(DayPart part) => All == part ? Many : Few;

    private DayPart PartOf(DateOnly due, DateOnly weekEnd) => due < Today ? DayPart.Overdue : due == Today ? DayPart.Today : due <= weekEnd ? DayPart.Week : DayPart.Later;

    private IQueryable<TaskItem> In(IQueryable<TaskItem> open, DayPart part, DateOnly weekEnd) => part switch
    {
        DayPart.Overdue => open.Where(t => t.DueOn < Today),
        DayPart.Today => open.Where(t => t.DueOn == Today),
        DayPart.Week => open.Where(t => t.DueOn > Today && t.DueOn <= weekEnd),
        _ => open.Where(t => t.DueOn > weekEnd),
    };

    private IQueryable<TaskItem> First(IQueryable<TaskItem> tasks, DayPart part) => tasks.OrderBy(t => t.DueOn).ThenBy(t => t.Id).Take(Shown(part));

    private async Task<PartOf<TaskRow>> DoneAsync(CrmView view, CancellationToken cancellationToken)
    {
        var since = Company.StartOf(Today);
        var done = view.Tasks.Where(t => t.DoneAt >= since);
        if (OwnerId is { } owner)
            done = done.Where(t => t.DoneById == owner);
        return new(await done.CountAsync(cancellationToken), await done.OrderByDescending(t => t.DoneAt).ThenByDescending(t => t.Id).Take(Shown(DayPart.Done)).Select(TaskRow.Of).ToListAsync(cancellationToken));
    }

    /// <summary>Worth most first; each stage in the order of its index, so that no more is read than is shown.</summary>
    private async Task<PartOf<SteplessDeal>> SteplessAsync(CrmView view, CancellationToken cancellationToken)
    {
        var deals = view.Deals.Where(d => !view.Tasks.Any(t => t.DealId == d.Id && t.DoneAt == null));
        if (OwnerId is { } owner)
            deals = deals.Where(d => d.OwnerId == owner);
        DealStage[] stages = [DealStage.Proposal, DealStage.Negotiation, DealStage.Review];
        var count = await deals.CountAsync(d => stages.Contains(d.Stage), cancellationToken);
        var rows = await stages.Select(stage => deals.Where(d => d.Stage == stage && d.ActualCloseDate == null).OrderByDescending(d => d.AmountCents).Take(Shown(DayPart.Stepless)))
            .Aggregate((all, next) => all.Concat(next))
            .Select(d => new SteplessDeal(d.Id, d.Title, d.Client != null ? d.Client.Name : d.Lead!.Name, d.Stage, d.AmountCents, d.ExpectedCloseDate, d.Owner!.Name)).ToListAsync(cancellationToken);
        return new(count, [.. rows.OrderByDescending(d => d.AmountCents).ThenBy(d => d.Id).Take(Shown(DayPart.Stepless))]);
    }

    /// <summary>A lead without an owner waits for everybody.</summary>
    private async Task<PartOf<WaitingLead>> WaitingAsync(CrmView view, CancellationToken cancellationToken)
    {
        var leads = view.Leads.WaitingTooLong(view.Now);
        if (OwnerId is { } owner)
            leads = leads.Where(l => l.OwnerId == owner || l.OwnerId == null);
        return new(await leads.CountAsync(cancellationToken), await leads.OrderBy(l => l.CreatedAt).Take(Shown(DayPart.Waiting))
            .Select(l => new WaitingLead(l.Id, l.Name, l.Company, l.Service, l.Phone, l.CreatedAt, l.Owner!.Name)).ToListAsync(cancellationToken));
    }
}

/// <summary>How many of somebody's tasks are overdue or due today.</summary>
public sealed record DueCountQuestion(int OwnerId, DateOnly Today) : IQuestion<int>
{
    public Topics Of => Topics.Tasks;

    public Task<int> AskAsync(CrmView view, CancellationToken cancellationToken) => view.Tasks.CountAsync(t => t.OwnerId == OwnerId && t.DoneAt == null && t.DueOn <= Today, cancellationToken);
}
