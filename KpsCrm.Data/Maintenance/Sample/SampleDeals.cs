using KpsCrm.Data.Activities;
using KpsCrm.Data.Clients;
using KpsCrm.Data.Deals;
using KpsCrm.Data.Leads;
using KpsCrm.Data.Security;

namespace KpsCrm.Data.Maintenance;

/// <summary>What is sold: the documented clients and deals, older clients, and deals in every stage with revenue in every month.</summary>
internal sealed class SampleDeals(SampleFirm firm)
{
    private const int WonAtLeast = 24;
    private const int LostDeals = 8;
    private static readonly DealStage[] Open = [DealStage.Proposal, DealStage.Negotiation, DealStage.Review];
    private static readonly int[] OpenAtLeast = [6, 5, 4];

    private readonly SampleCalendar _days = firm.Calendar;
    private readonly List<Client> _regulars = [];
    private int _open;

    public void Write()
    {
        _regulars.AddRange(firm.Clients);
        WriteDocumented();
        WriteOldClients();
        foreach (var client in firm.Clients.Where(c => c.Lead is not null))
            WriteFirstDealOf(client);
        foreach (var lead in firm.Leads.Where(l => l.Status is LeadStatus.Proposal or LeadStatus.Negotiation).ToList())
            WriteOpen(lead.Status == LeadStatus.Proposal ? DealStage.Proposal : _open % 2 == 0 ? DealStage.Review : DealStage.Negotiation, null, lead);
        WriteRepeatBusiness();
        WriteLost();
        for (var stage = 0; stage < Open.Length; stage++)
        {
            while (firm.Deals.Count(d => d.Stage == Open[stage]) < OpenAtLeast[stage])
                WriteOpen(Open[stage], firm.Pick(_regulars), null);
        }
    }

    private void WriteDocumented()
    {
        var plant = AddClient("Manufacturing Plus", "accounts@manufacturingplus.example", firm.Team.Anna, 420, 15_600_00);
        var provider = AddClient("Service Provider Co", "hello@serviceprovider.example", firm.Team.Ben, 310, 9_800_00);
        WriteOpen(DealStage.Proposal, plant, null, "QuickBooks Enterprise Setup", 8_500_00).Probability = 80;
        WriteOpen(DealStage.Negotiation, provider, null, "Annual Tax Preparation", 3_200_00).Probability = 90;
    }

    private void WriteOldClients()
    {
        for (var i = 0; i < 7; i++)
        {
            var company = SampleWords.Companies[^(i + 1)];
            var client = AddClient(SampleWords.People[^(i + 1)], $"office@{SampleLeads.Slug(company)}.example", firm.Seller(), 430 + i * 97, Round(4_000_00 + firm.Random.Next(30_000_00)), company);
            client.Status = i is 2 or 5 ? ClientStatus.Inactive : ClientStatus.Active;
            if (client.Status == ClientStatus.Active)
                _regulars.Add(client);
        }
    }

    private Client AddClient(string name, string email, Actor owner, int age, long elsewhereCents, string? company = null)
    {
        var client = new Client
        {
            Name = name,
            Email = email,
            Phone = $"+1{firm.Pick(SampleWords.AreaCodes)}55501{80 + firm.Clients.Count % 20:00}",
            Company = company ?? name,
            OwnerId = owner.UserId,
            ElsewhereCents = elsewhereCents,
            JoinedAt = _days.DaysAgo(age),
            IsSample = true,
        };
        firm.Clients.Add(client);
        firm.Log(ActivityKind.Created, client, owner, "became a client", client.JoinedAt);
        return client;
    }

    private void WriteFirstDealOf(Client client)
    {
        var lead = client.Lead!;
        var started = firm.Activities.First(a => a.Lead == lead && a.ToStage == Columns.Word(LeadStatus.Proposal)).At;
        Win(Add($"{lead.Service} for {client.Company}", Around(lead.ValueCents), client, lead, started, firm.SellerOf(client.OwnerId)), client.JoinedAt);
    }

    /// <summary>Regulars buy again: every month has revenue, later months more.</summary>
    private void WriteRepeatBusiness()
    {
        for (var month = 0; month < SampleCalendar.Months || firm.Deals.Count(d => d.Stage == DealStage.ClosedWon) < WonAtLeast; month++)
        {
            var index = month < SampleCalendar.Months ? month : SampleCalendar.Months - 1 - month % 5;
            var first = _days.FirstOf(index);
            if (month == index && firm.Deals.Any(d => d.Stage == DealStage.ClosedWon && d.ActualCloseDate >= first && d.ActualCloseDate < first.AddMonths(1)))
                continue;

            var day = _days.DayIn(index);
            var buyers = _regulars.Where(c => _days.DayOf(c.JoinedAt) < day.AddDays(-45)).ToList();
            var client = firm.Pick(buyers);
            Win(Add(Project(client), Around(4_000_00 + 900_00 * index), client, null, _days.At(day.AddDays(-20 - firm.Random.Next(20))), firm.SellerOf(client.OwnerId)), _days.At(day));
        }
    }

    private void Win(Deal deal, DateTime at)
    {
        var by = firm.SellerOf(deal.OwnerId);
        WalkTo(deal, DealStage.Review, by, at);
        firm.Move(deal, DealStage.ClosedWon, by, at > deal.LastActivityAt ? at : deal.LastActivityAt, new Won(deal.AmountCents, _days.DayOf(at)));
    }

    private void WriteLost()
    {
        var leads = firm.Leads.Where(l => l.Status == LeadStatus.Lost).Take(LostDeals / 2).ToList();
        for (var i = 0; i < LostDeals; i++)
        {
            var lead = i < leads.Count ? leads[i] : null;
            var client = lead is null ? firm.Pick(_regulars.Where(c => _days.DayOf(c.JoinedAt) < _days.Today.AddDays(-150)).ToList()) : null;
            var started = lead?.CreatedAt ?? _days.DaysAgo(30 + i * 14);
            var deal = Add(client is null ? $"{lead!.Service} for {lead.Company}" : Project(client), Around(lead?.ValueCents ?? 6_000_00), client, lead, started, lead is null ? firm.SellerOf(client!.OwnerId) : firm.Seller());
            var by = firm.SellerOf(deal.OwnerId);
            var at = lead?.LastActivityAt ?? _days.At(_days.DayOf(started).AddDays(18), started);
            WalkTo(deal, Open[i % 3], by, at);
            firm.Move(deal, DealStage.ClosedLost, by, at, new Lost(LostReasons.All[i % (LostReasons.All.Count - 1)], i % 2 == 0 ? "may ask again next year" : null, _days.DayOf(at)));
        }
    }

    /// <summary>In turn: long untouched, overdue, due within a week, and with time to spare; a few have no owner.</summary>
    private Deal WriteOpen(DealStage stage, Client? client, Lead? lead, string? title = null, long amountCents = 0)
    {
        var kind = _open % 4;
        var owner = _open % 6 == 5 ? null : lead is null ? firm.SellerOf(client!.OwnerId) : firm.SellerOf(lead.OwnerId);
        var started = lead is null ? _days.DaysAgo(24 + firm.Random.Next(20)) : firm.Activities.First(a => a.Lead == lead && a.ToStage == Columns.Word(LeadStatus.Proposal)).At;
        title ??= client is null ? $"{lead!.Service} for {lead.Company}" : Project(client);
        var deal = Add(title, amountCents > 0 ? amountCents : Around(lead?.ValueCents ?? 7_500_00), client, lead, started, owner);
        deal.ExpectedCloseDate = _days.Today.AddDays(kind switch { 0 => 12 + _open, 1 => -3 - _open, 2 => 1 + _open % 6, _ => 15 + 4 * (_open % 9) });
        WalkTo(deal, stage, owner ?? firm.Team.Manager, _days.At(_days.DayOf(started).AddDays(6), started));
        if (kind != 0)
            firm.Log(ActivityKind.Call, deal, owner ?? firm.Team.Manager, firm.Pick(SampleWords.Calls), _days.DaysAgo(1 + firm.Random.Next(9), deal.LastActivityAt));
        _open++;
        return deal;
    }

    private Deal Add(string title, long amountCents, Client? client, Lead? lead, DateTime at, Actor? owner)
    {
        var deal = new Deal { Title = title, AmountCents = amountCents, Client = client, Lead = lead, OwnerId = owner?.UserId, CreatedAt = at, IsSample = true };
        deal.At(DealStage.Proposal, Ordering.Rank.Middle, at);
        deal.ExpectedCloseDate = _days.DayOf(at).AddDays(30);
        firm.Deals.Add(deal);
        firm.Log(ActivityKind.Created, deal, owner ?? firm.Team.Manager, "added the deal", at);
        return deal;
    }

    private void WalkTo(Deal deal, DealStage stage, Actor by, DateTime before)
    {
        for (var step = DealStage.Negotiation; step <= stage; step++)
        {
            var pause = (before - deal.LastActivityAt) / 2;
            firm.Move(deal, step, by, deal.LastActivityAt + (pause > TimeSpan.Zero ? pause : TimeSpan.Zero));
        }
    }

    private string Project(Client client) => string.Format(System.Globalization.CultureInfo.InvariantCulture, firm.Pick(SampleWords.Projects), client.Company);

    private long Around(long cents) => Round(cents * (80 + firm.Random.Next(50)) / 100);

    private static long Round(long cents) => Math.Max(500_00, cents / 50_00 * 50_00);
}
