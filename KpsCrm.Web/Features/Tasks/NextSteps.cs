using KpsCrm.Data.Security;
using KpsCrm.Data.Tasks;
using Microsoft.EntityFrameworkCore;

namespace KpsCrm.Web.Features.Tasks;

/// <summary>How a record stands: what its next step asks for now.</summary>
public enum NextState
{
    None,
    Late,
    Today,
    Later,
}

/// <summary>The earliest open task of a record.</summary>
public sealed record NextStep(int TaskId, TaskKind Kind, string Title, DateOnly DueOn, TimeOnly? DueAt);

/// <summary>The next steps of many records in one look-up each way through the index of open tasks.</summary>
internal static class NextSteps
{
    public static async Task<IReadOnlyDictionary<int, NextStep>> OfDealsAsync(CrmView view, IReadOnlyCollection<int> ids, CancellationToken cancellationToken) =>
        Earliest(ids.Count == 0 ? [] : await view.Tasks.Where(t => ids.Contains(t.DealId!.Value) && t.DoneAt == null)
            .Select(t => new Found(t.DealId!.Value, new(t.Id, t.Kind, t.Title, t.DueOn, t.DueAt))).ToListAsync(cancellationToken));

    public static async Task<IReadOnlyDictionary<int, NextStep>> OfLeadsAsync(CrmView view, IReadOnlyCollection<int> ids, CancellationToken cancellationToken) =>
        Earliest(ids.Count == 0 ? [] : await view.Tasks.Where(t => ids.Contains(t.LeadId!.Value) && t.DoneAt == null)
            .Select(t => new Found(t.LeadId!.Value, new(t.Id, t.Kind, t.Title, t.DueOn, t.DueAt))).ToListAsync(cancellationToken));

    public static async Task<IReadOnlyDictionary<int, NextStep>> OfClientsAsync(CrmView view, IReadOnlyCollection<int> ids, CancellationToken cancellationToken) =>
        Earliest(ids.Count == 0 ? [] : await view.Tasks.Where(t => ids.Contains(t.ClientId!.Value) && t.DoneAt == null)
            .Select(t => new Found(t.ClientId!.Value, new(t.Id, t.Kind, t.Title, t.DueOn, t.DueAt))).ToListAsync(cancellationToken));

    /// <summary>Of one day the timed ones first, for a time is kept.</summary>
    private static Dictionary<int, NextStep> Earliest(List<Found> tasks) =>
        tasks.GroupBy(t => t.RecordId).ToDictionary(g => g.Key, g => g.Select(f => f.Step).OrderBy(s => s.DueOn).ThenBy(s => s.DueAt ?? TimeOnly.MaxValue).ThenBy(s => s.TaskId).First());

    private sealed record Found(int RecordId, NextStep Step);
}
