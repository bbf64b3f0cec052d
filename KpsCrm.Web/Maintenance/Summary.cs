using System.Globalization;
using KpsCrm.Data;
using KpsCrm.Data.Clients;
using KpsCrm.Data.Deals;
using KpsCrm.Data.Security;
using Microsoft.EntityFrameworkCore;

namespace KpsCrm.Web.Maintenance;

/// <summary>The four numbers that <c>db init</c> prints.</summary>
public sealed record Summary(int Leads, int Clients, long PipelineCents)
{
    public static Task<Summary> ReadAsync(CrmStore store) => store.ReadAsync(Actor.System, async view => new Summary(
        await view.Leads.CountAsync(),
        await view.Clients.CountAsync(c => c.Status == ClientStatus.Active),
        await view.Deals.Where(d => d.Stage == DealStage.Proposal || d.Stage == DealStage.Negotiation || d.Stage == DealStage.Review).SumAsync(d => d.AmountCents)));

    public decimal ConversionRate => Leads == 0 ? 0 : Math.Round(100m * Clients / Leads, 1, MidpointRounding.AwayFromZero);

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"""
        Total leads:     {Leads:N0}
        Total clients:   {Clients:N0}
        Pipeline value:  {Settings.Money(PipelineCents)}
        Conversion rate: {ConversionRate:0.0} %
        """);
}
