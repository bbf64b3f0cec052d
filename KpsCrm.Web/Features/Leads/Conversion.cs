using KpsCrm.Data;
using KpsCrm.Data.Leads;
using KpsCrm.Data.Security;
using KpsCrm.Web.Features.Account;
using KpsCrm.Web.Features.Duplicates;
using KpsCrm.Web.Features.Pipeline;
using KpsCrm.Web.Shared;
using Microsoft.EntityFrameworkCore;
using MudBlazor;

namespace KpsCrm.Web.Features.Leads;

/// <summary>Converting a lead, as board, list and record page offer it: clients who could be the same are shown before anything is written, and the way back is offered after.</summary>
public sealed class Conversion(CrmStore store, Recognition recognition, IDialogService dialogs, ISnackbar snackbar, CurrentActor current, ILogger<Conversion> log)
{
    /// <summary>From a page that shows the lead.</summary>
    public Task ConvertAsync(int leadId) => snackbar.TryAsync(log, async () =>
    {
        var who = await current.GetAsync();
        var lead = await store.ReadAsync(who, view => view.Leads.Where(l => l.Id == leadId).Select(l => new { l.Status, l.Version }).SingleOrDefaultAsync());
        if (lead?.Status == LeadStatus.Won && await store.ReadAsync(who, view => view.Deals.Where(d => d.LeadId == leadId).Select(d => d.Title).FirstOrDefaultAsync()) is { } deal)
            throw new RuleException($"This lead has been converted already, into the deal {deal}.");
        if (await AskAsync(who, new MoveLead(leadId, lead?.Status ?? LeadStatus.New, LeadStatus.Won, Place.Top, lead?.Version ?? 0)) is Refused refused)
            throw new RuleException(refused.Sentence);
    });

    /// <returns>Null when the person cancelled.</returns>
    public async Task<MoveResult?> AskAsync(Actor who, MoveLead move)
    {
        if (await LeadAsync(who, move.Id) is not { } lead)
            return new Refused("This lead is no longer there.");

        var choice = await dialogs.AskAsync<ConvertDialog, ConvertChoice>($"Won: {lead.Name}", new() { { d => d.Lead, lead } });
        if (choice is null)
            return null;
        if (choice.JustWon)
            return await move.RunAsync(store, who);

        var result = await new ConvertLead(move, choice.ClientName, choice.Company, choice.DealTitle, choice.AmountCents, choice.ClientId, [.. lead.Known.Select(k => k.Record.Id)]).RunAsync(store, who);
        if (result is not Converted done)
            return result;
        snackbar.Done(done.ClientIsNew ? $"{done.Client.Name} is a client now, with the deal" : $"{done.Client.Name} has the deal", done.Deal.Name, $"/deals/{done.Deal.Id}", () => UndoAsync(done));
        return new Moved(done.Lead.Version);
    }

    private Task UndoAsync(Converted done) => snackbar.TryAsync(log, async () =>
    {
        await new UndoConvert(done).RunAsync(store, await current.GetAsync());
        snackbar.Add($"Taken back. {done.Lead.Name} is in {done.From} again.");
    });

    private async Task<WonLead?> LeadAsync(Actor who, int id)
    {
        var lead = await store.ReadAsync(who, view => view.Leads.Where(l => l.Id == id)
            .Select(l => new { l.Name, l.Company, l.Email, l.Phone, l.Service, l.ValueCents, Already = view.Deals.Where(d => d.LeadId == id).Select(d => d.Title).FirstOrDefault() }).SingleOrDefaultAsync());
        if (lead is null)
            return null;
        var known = await recognition.FindAsync(who, Sought.Of(lead.Name, lead.Company, lead.Email, lead.Phone), clientsOnly: true);
        return new(lead.Name, lead.Company, lead.Service, lead.ValueCents, known, lead.Already);
    }
}
