using System.Globalization;
using System.Linq.Expressions;
using KpsCrm.Data;
using KpsCrm.Data.Changes;
using KpsCrm.Data.Clients;
using KpsCrm.Data.Deals;
using KpsCrm.Data.Leads;
using KpsCrm.Data.Security;
using KpsCrm.Web.Live;
using Microsoft.EntityFrameworkCore;

namespace KpsCrm.Web.Features.Finding;

/// <summary>A record by name.</summary>
/// <param name="Detail">A company, or the client of a deal.</param>
public sealed record NamedItem(ItemRef Item, string Name, string? Detail);

/// <param name="AreSimilar">Nothing matches what was typed; these have a name that is close to it.</param>
public sealed record PaletteAnswer(IReadOnlyList<NamedItem> Records, bool AreSimilar)
{
    /// <summary>So little matches that similar names are of use, too.</summary>
    public bool AreFew => !AreSimilar && Records.Count is > 0 and < 5;
}

/// <summary>The best few leads, clients and deals for what was typed.</summary>
public sealed record PaletteQuestion(string Text) : IQuestion<PaletteAnswer>
{
    private const int OfEach = 5;

    public Topics Of => Topics.Leads | Topics.Clients | Topics.Deals | Topics.Activities;

    public async Task<PaletteAnswer> AskAsync(CrmView view, CancellationToken cancellationToken)
    {
        (bool Similar, List<NamedItem> Records)[] all =
        [
            await BestAsync(view, view.Leads, Named.Lead, cancellationToken),
            await BestAsync(view, view.Clients, Named.Client, cancellationToken),
            await BestAsync(view, view.Deals, Named.Deal, cancellationToken),
        ];
        // Those that are called so come before those that only mention it, of whatever kind.
        var exact = all.Where(k => !k.Similar).SelectMany(k => k.Records).OrderBy(r => IsCalledSo(r.Name) ? 0 : 1).ToList();
        return exact.Count > 0 ? new(exact, false) : new([.. all.SelectMany(k => k.Records)], all.Any(k => k.Similar));
    }

    private bool IsCalledSo(string name) => Text.Split(' ', StringSplitOptions.RemoveEmptyEntries).All(word =>
        CultureInfo.InvariantCulture.CompareInfo.IndexOf(name, word, CompareOptions.IgnoreCase | CompareOptions.IgnoreNonSpace) >= 0);

    private async Task<(bool, List<NamedItem>)> BestAsync<T>(CrmView view, IQueryable<T> rows, Expression<Func<T, NamedItem>> named, CancellationToken cancellationToken) where T : class, IEditable =>
        await view.FindAsync<T>(Text, cancellationToken) is { } found ? (found.IsSimilar, await found.BestAsync(rows, 0, OfEach, named, cancellationToken)) : (false, []);
}

/// <summary>Leads, clients and deals with a name that is close to what was typed, beside those that match it. Asked by itself, so that those needn't wait for it.</summary>
public sealed record SimilarQuestion(string Text) : IQuestion<IReadOnlyList<NamedItem>>
{
    private const int Shown = 5;

    public Topics Of => Topics.Leads | Topics.Clients | Topics.Deals | Topics.Activities;

    public async Task<IReadOnlyList<NamedItem>> AskAsync(CrmView view, CancellationToken cancellationToken) =>
    [
        .. (await BesideAsync(view, view.Leads, Named.Lead, cancellationToken))
            .Concat(await BesideAsync(view, view.Clients, Named.Client, cancellationToken))
            .Concat(await BesideAsync(view, view.Deals, Named.Deal, cancellationToken)).Take(Shown),
    ];

    private async Task<List<NamedItem>> BesideAsync<T>(CrmView view, IQueryable<T> rows, Expression<Func<T, NamedItem>> named, CancellationToken cancellationToken) where T : class, IEditable =>
        await view.FindAsync<T>(Text, cancellationToken) is { } found && (found.IsSimilar ? found : await found.BesideAsync(cancellationToken)) is { } near ? await near.BestAsync(rows, 0, Shown, named, cancellationToken) : [];
}

/// <summary>The names of records that were seen; without those that are gone.</summary>
public sealed record SeenQuestion(ItemRef Item) : IQuestion<NamedItem?>
{
    public Topics Of => Topics.Leads | Topics.Clients | Topics.Deals;

    public Task<NamedItem?> AskAsync(CrmView view, CancellationToken cancellationToken) => Item.Kind switch
    {
        ItemKind.Lead => view.Leads.Where(l => l.Id == Item.Id).Select(Named.Lead).FirstOrDefaultAsync(cancellationToken),
        ItemKind.Client => view.Clients.Where(c => c.Id == Item.Id).Select(Named.Client).FirstOrDefaultAsync(cancellationToken),
        ItemKind.Deal => view.Deals.Where(d => d.Id == Item.Id).Select(Named.Deal).FirstOrDefaultAsync(cancellationToken),
        _ => Task.FromResult<NamedItem?>(null),
    };
}

internal static class Named
{
    public static readonly Expression<Func<Lead, NamedItem>> Lead = l => new NamedItem(new ItemRef(ItemKind.Lead, l.Id), l.Name, l.Company);
    public static readonly Expression<Func<Client, NamedItem>> Client = c => new NamedItem(new ItemRef(ItemKind.Client, c.Id), c.Name, c.Company);
    public static readonly Expression<Func<Deal, NamedItem>> Deal = d => new NamedItem(new ItemRef(ItemKind.Deal, d.Id), d.Title, d.Client!.Name ?? d.Lead!.Name);
}
