using System.Linq.Expressions;
using KpsCrm.Data.Tasks;
using KpsCrm.Web.Features.Records;

namespace KpsCrm.Web.Features.Tasks;

/// <summary>A task as lists and panels show it.</summary>
public sealed record TaskRow(int Id, int Version, TaskKind Kind, string Title, string? Note, DateOnly DueOn, TimeOnly? DueAt, int? OwnerId, string? Owner, int? LeadId, int? ClientId, int? DealId,
    string? AboutName, DateTime? RemindAt, bool RemindByMail, DateTime? DoneAt)
{
    public RecordRef? About => DealId is { } deal ? RecordRef.Deal(deal) : LeadId is { } lead ? RecordRef.Lead(lead) : ClientId is { } client ? RecordRef.Client(client) : null;

    internal static Expression<Func<TaskItem, TaskRow>> Of { get; } = t => new TaskRow(t.Id, t.Version, t.Kind, t.Title, t.Note, t.DueOn, t.DueAt, t.OwnerId, t.Owner!.Name, t.LeadId, t.ClientId, t.DealId,
        t.DealId != null ? t.Deal!.Title : t.LeadId != null ? t.Lead!.Name : t.Client!.Name, t.RemindAt, t.RemindByMail, t.DoneAt);
}
