using KpsCrm.Data.Security;
using KpsCrm.Web.Features.Account;
using Microsoft.AspNetCore.Components;

namespace KpsCrm.Web.Features.Audit;

/// <summary>
/// Tells the trail which records the lists, boards and finds of an open page have shown, each once for as long as the page is open. With
/// <see cref="PageTrail"/>, which tells of those that are opened, it answers who saw a record.
/// </summary>
public sealed class ShownRecords(NavigationManager navigation, SecurityTrail trail)
{
    /// <summary>As many as fit into the details of one row.</summary>
    private const int OfRow = 400;

    private const int MostRemembered = 20_000, MostOfAddress = 300;

    private readonly HashSet<(string Noun, int Id)> _told = [];

    /// <param name="noun">"lead", "client" or "deal".</param>
    /// <param name="sought">What was typed to find them, where the address doesn't say it.</param>
    public void Note(Actor who, string noun, IEnumerable<int> ids, string? sought = null)
    {
        if (_told.Count > MostRemembered)
            _told.Clear();
        var address = "/" + navigation.ToBaseRelativePath(navigation.Uri);
        foreach (var some in ids.Where(id => _told.Add((noun, id))).Chunk(OfRow))
        {
            trail.Note(who, SecurityEvents.RecordsListed, $"{noun}s",
                new { page = address.Length <= MostOfAddress ? address : address[..MostOfAddress] + "…", text = sought, ids = $" {string.Join(' ', some)} " });
        }
    }

    /// <summary>The rows about one thing; of a record also those of the lists it stood in.</summary>
    internal static IQueryable<SecurityLog> About(IQueryable<SecurityLog> rows, string subject)
    {
        if (PageTrail.RecordOf("/" + subject) is not var (kind, id))
            return rows.Where(l => l.Subject == subject);
        var among = $" {id} ";
        return rows.Where(l => l.Subject == subject || (l.Subject == kind && l.EventType == SecurityEvents.RecordsListed && l.Details!.Contains(among)));
    }
}
