using KpsCrm.Data.Clients;
using KpsCrm.Data.Deals;
using KpsCrm.Data.Leads;
using KpsCrm.Data.Ordering;
using KpsCrm.Data.Tasks;
using KpsCrm.Web.Features.Lists;
using KpsCrm.Web.Tests.Support;

namespace KpsCrm.Web.Tests.Lists;

/// <summary>Records of every kind that a filter can tell apart, in the database and in memory. The clock says Tuesday, November 24, 2026, 06:00 in Chicago.</summary>
internal sealed class Firm
{
    public static readonly CompanyOptions Company = new();
    private static readonly DateOnly Today = new(2026, 11, 24);
    private static readonly int[] DueIn = [-3, 0, 5];

    public List<Lead> Leads { get; } = [];
    public List<Client> Clients { get; } = [];
    public List<Deal> Deals { get; } = [];
    public List<TaskItem> Tasks { get; } = [];

    public static async Task<Firm> AddAsync(TestDatabase data)
    {
        var (firm, now) = (new Firm(), data.Clock.GetUtcNow().UtcDateTime);
        int?[] owners = [data.Anna.UserId, data.Ben.UserId, null];
        for (var i = 0; i < 42; i++)
        {
            var (owner, since) = (owners[i % 3], now.AddDays(-i * 1.7).AddMinutes(-i));
            firm.Leads.Add(new Lead
            {
                Name = $"Lead {i}", Email = $"{i}@example.com", OwnerId = owner, Priority = (Priority)(i % 4), Source = new[] { "website", "google", "", "referral" }[i % 4],
                Service = new[] { "Payroll", null, "", "Tax" }[i / 2 % 4], City = new[] { "Dallas", null, "Austin", "" }[i / 3 % 4], ValueCents = i % 9 * 1_250_50,
                CreatedAt = now.AddDays(-i).AddHours(i % 5), LastActivityAt = since,
            }.At((LeadStatus)(i % 7), Rank.Middle, i % 7 == 6 ? "Price" : null));
            firm.Clients.Add(new Client
            {
                Name = $"Client {i}", Email = $"{i}@clients.example", OwnerId = owner, Status = (ClientStatus)(i / 4 % 2), ElsewhereCents = i % 9 * 1_250_50, JoinedAt = now.AddDays(-i).AddHours(i % 5), LastActivityAt = since,
            });
            firm.Deals.Add(new Deal
            {
                Title = $"Deal {i}", OwnerId = owner, AmountCents = i % 9 * 1_250_50, ExpectedCloseDate = i % 4 == 0 ? null : Today.AddDays(i - 21), CreatedAt = now.AddDays(-i).AddHours(i % 5), LastActivityAt = since,
            }.At((DealStage)(i % 5), Rank.Middle, since, i % 5 >= 3 ? Today.AddDays(-i) : null, i % 5 == 4 ? "Price" : null));
        }
        await data.Store.WriteAsync(data.Anna, db =>
        {
            db.AddRange(firm.Leads);
            db.AddRange(firm.Clients);
            db.AddRange(firm.Deals);
            return Task.CompletedTask;
        });

        for (var i = 0; i < 42; i++)
        {
            foreach (var due in DueIn.Where((_, n) => (i >> n & 1) == 1))
            {
                firm.Tasks.Add(Due(due, t => t.LeadId = firm.Leads[i].Id));
                firm.Tasks.Add(Due(due, t => t.ClientId = firm.Clients[i].Id));
                firm.Tasks.Add(Due(due, t => t.DealId = firm.Deals[i].Id));
            }
            // What is done, or lies in the bin, is no next step.
            var done = Due(0, t => (t.LeadId, t.DealId) = (i % 2 == 0 ? firm.Leads[i].Id : null, i % 2 == 0 ? null : firm.Deals[i].Id));
            done.Finish(data.Anna, now);
            firm.Tasks.Add(done);
        }
        var binned = Due(1, t => t.LeadId = firm.Leads[0].Id);
        binned.DeletedAt = now;
        await data.Store.WriteAsync(data.Anna, db =>
        {
            db.AddRange(firm.Tasks);
            db.Add(binned);
            return Task.CompletedTask;
        });
        return firm;

        TaskItem Due(int dueIn, Action<TaskItem> of)
        {
            var task = new TaskItem { Title = $"Due in {dueIn}", DueOn = Today.AddDays(dueIn), CreatedAt = now };
            of(task);
            return task;
        }
    }

    public FilterContext Context(TestDatabase data) => new(Tasks.AsQueryable(), data.Clock.GetUtcNow().UtcDateTime, Company);
}
