using KpsCrm.Data.Changes;
using KpsCrm.Data.Security;
using KpsCrm.Data.Tasks;
using KpsCrm.Web.Features.Records;
using KpsCrm.Web.Live;
using Microsoft.EntityFrameworkCore;

namespace KpsCrm.Web.Features.Tasks;

/// <summary>A record's open tasks; the first is its next step.</summary>
public sealed record RecordTasksQuestion(RecordRef Record) : IQuestion<IReadOnlyList<TaskRow>>
{
    private const int Most = 200;

    public Topics Of => Topics.Tasks | Topics.Deals | Topics.Leads | Topics.Clients | Topics.Users;

    public async Task<IReadOnlyList<TaskRow>> AskAsync(CrmView view, CancellationToken cancellationToken)
    {
        var id = Record.Id;
        IQueryable<TaskItem> tasks = Record.Kind switch
        {
            RecordKind.Lead => view.Tasks.Where(t => t.LeadId == id),
            RecordKind.Client => view.Tasks.Where(t => t.ClientId == id),
            _ => view.Tasks.Where(t => t.DealId == id),
        };
        var rows = await tasks.Where(t => t.DoneAt == null).OrderBy(t => t.DueOn).ThenBy(t => t.Id).Take(Most).Select(TaskRow.Of).ToListAsync(cancellationToken);
        return [.. rows.OrderBy(t => t.DueOn).ThenBy(t => t.DueAt ?? TimeOnly.MaxValue).ThenBy(t => t.Id)];
    }
}

/// <summary>One task; null when it is gone.</summary>
public sealed record TaskQuestion(int Id) : IQuestion<TaskRow?>
{
    public Topics Of => Topics.Tasks | Topics.Deals | Topics.Leads | Topics.Clients | Topics.Users;

    public Task<TaskRow?> AskAsync(CrmView view, CancellationToken cancellationToken) => view.Tasks.Where(t => t.Id == Id).Select(TaskRow.Of).SingleOrDefaultAsync(cancellationToken);
}
