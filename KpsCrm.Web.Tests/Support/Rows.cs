using KpsCrm.Data.Clients;
using KpsCrm.Data.Deals;
using KpsCrm.Data.Leads;

namespace KpsCrm.Web.Tests.Support;

/// <summary>Rows with the least that makes them valid.</summary>
public static class Rows
{
    public static async Task<int> AddLeadAsync(this TestDatabase data, string name = "Ana Núñez", string email = "ana@example.com", Action<Lead>? with = null)
    {
        var lead = new Lead { Name = name, Email = email, CreatedAt = data.Clock.GetUtcNow().UtcDateTime };
        with?.Invoke(lead);
        await data.Store.WriteAsync(data.Anna, db => Task.FromResult(db.Leads.Add(lead)));
        return lead.Id;
    }

    public static async Task<int> AddDealAsync(this TestDatabase data, string title = "Bookkeeping", long amountCents = 1_000_00, Client? client = null, Action<Deal>? with = null)
    {
        var deal = new Deal { Title = title, AmountCents = amountCents, Client = client, CreatedAt = data.Clock.GetUtcNow().UtcDateTime };
        with?.Invoke(deal);
        await data.Store.WriteAsync(data.Anna, db => Task.FromResult(db.Deals.Add(deal)));
        return deal.Id;
    }
}
