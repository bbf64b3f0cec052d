using System.Globalization;
using KpsCrm.Data;
using KpsCrm.Data.Deals;
using KpsCrm.Data.Leads;
using KpsCrm.Data.Security;
using KpsCrm.Web.Features.Records;
using Microsoft.EntityFrameworkCore;

namespace KpsCrm.Web.Features.Create;

/// <summary>Something was saved in the panel.</summary>
/// <param name="Made">What it takes back to undo it; null where nothing new was made.</param>
public sealed record Saved(RecordRef Record, string Title, ItemRef? Made = null)
{
    public bool IsNew => Made is not null;
}

/// <summary>What stands in a form when it opens.</summary>
internal static class PanelStart
{
    /// <returns>Null when the record to edit is not there.</returns>
    public static async Task<IReadOnlyDictionary<string, string>?> OfAsync(PanelRequest request, CrmStore store, Actor who)
    {
        if (request.Kind == PanelKind.Task)
            return request.Id is { } task && !await store.ReadAsync(who, view => view.Tasks.AnyAsync(t => t.Id == task)) ? null : new Dictionary<string, string>();
        var kind = Enum.Parse<RecordKind>(request.Kind.ToString());
        return request.Id is { } id
            ? await store.ReadAsync(who, async view => await FindAsync(view, new(kind, id)) is { } record
                ? await NamedAsync(view, Fields.Of(kind).ToDictionary(f => f.Key, f => f.Get(record) ?? ""))
                : null)
            : await store.ReadAsync(who, view => NamedAsync(view, New(kind, request, who)));
    }

    private static Dictionary<string, string> New(RecordKind kind, PanelRequest request, Actor who)
    {
        var start = new Dictionary<string, string> { [Typed.RequestKey] = Guid.NewGuid().ToString("N"), ["owner"] = who.UserId?.ToString(CultureInfo.InvariantCulture) ?? "" };
        if (kind != RecordKind.Client)
            start[CreateRecord.Stage] = kind == RecordKind.Deal ? Columns.Word(DealStage.Proposal) : Columns.Word(LeadStatus.New);
        foreach (var (key, text) in request.Start)
            start[key] = text;
        return start;
    }

    /// <summary>With the name of the client that is chosen.</summary>
    private static async Task<IReadOnlyDictionary<string, string>?> NamedAsync(CrmView view, Dictionary<string, string> start)
    {
        if (int.TryParse(start.GetValueOrDefault("client"), out var id) && await new ClientNumbered(id).AskAsync(view, CancellationToken.None) is { } client)
            start["client.text"] = client.Title;
        return start;
    }

    private static async Task<IEditable?> FindAsync(CrmView view, RecordRef record) => record.Kind switch
    {
        RecordKind.Lead => await view.Leads.SingleOrDefaultAsync(l => l.Id == record.Id),
        RecordKind.Client => await view.Clients.SingleOrDefaultAsync(c => c.Id == record.Id),
        _ => await view.Deals.SingleOrDefaultAsync(d => d.Id == record.Id),
    };
}
