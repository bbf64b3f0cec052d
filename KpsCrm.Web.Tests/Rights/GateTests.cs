using CsCheck;
using KpsCrm.Data;
using KpsCrm.Data.Activities;
using KpsCrm.Data.Clients;
using KpsCrm.Data.Deals;
using KpsCrm.Data.Files;
using KpsCrm.Data.Leads;
using KpsCrm.Data.Mail;
using KpsCrm.Data.Notifications;
using KpsCrm.Data.Security;
using KpsCrm.Data.Tasks;
using KpsCrm.Data.Users;
using KpsCrm.Web.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace KpsCrm.Web.Tests.Rights;

/// <summary>What each person sees of any small world is what the rule says, worked out once more in memory.</summary>
public class GateTests
{
    private static readonly Actor Cleo = new(5, "Cleo Chan", Role.Sales);
    private static readonly Actor Dora = new(6, "Dora Dean", Role.Sales);

    /// <summary>Nobody, Anna and Ben of one team, Cleo of another, Dora of none, and the manager of Anna's.</summary>
    private static readonly int?[] Owners = [null, 3, 4, 5, 6, 2];

    private static readonly Gen<(int Owner, int Lead, int Client, bool Binned)> Record = Gen.Select(Gen.Int[0, 5], Gen.Int[0, 4], Gen.Int[0, 4], Gen.Int[0, 3].Select(n => n == 0));
    private static readonly Gen<(int Kind, int Owner, int Lead, int Client, int Deal)> Part = Gen.Select(Gen.Int[0, 4], Gen.Int[0, 5], Gen.Int[-4, 4], Gen.Int[-4, 4], Gen.Int[-4, 4]);
    private static readonly Gen<World> Worlds = Gen.Select(Gen.Enum<Scope>(), Gen.Enum<Scope>(), Record.Array[4], Record.Array[4], Record.Array[1, 6], Part.Array[10, 30],
        (sales, manager, leads, clients, deals, parts) => new World(sales, manager, leads, clients, deals, parts));

    [Fact]
    public Task EverybodySeesWhatTheRuleSaysOnSqlite() => Worlds.SampleAsync(world => RunAsync(DatabaseProvider.Sqlite, world), iter: 30, threads: 1);

    [Fact]
    public Task EverybodySeesWhatTheRuleSaysOnPostgres() => Worlds.SampleAsync(world => RunAsync(DatabaseProvider.Postgres, world), iter: 6, threads: 1);

    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task AClientInTheBinIsNotSeenThroughADealThatLiesThereToo(DatabaseProvider provider)
    {
        await using var data = await TestDatabase.CreateAsync(provider);
        await PeopleAsync(data, Scope.Own, Scope.All);
        await data.Store.WriteAsync(Actor.System, db =>
        {
            var lead = new Lead { Name = "Lead", Email = "a@example.com", OwnerId = 4, CreatedAt = db.Now, DeletedAt = db.Now };
            var client = new Client { Name = "Client", Email = "a@example.com", OwnerId = 4, JoinedAt = db.Now, DeletedAt = db.Now };
            db.Deals.Add(new Deal { Title = "Deal", Client = client, Lead = lead, OwnerId = 3, CreatedAt = db.Now, DeletedAt = db.Now });
            return Task.CompletedTask;
        });

        var seen = await data.Store.ReadAsync(data.Anna, async view => (await view.BinnedLeads.CountAsync(), await view.BinnedClients.CountAsync(), await view.BinnedDeals.CountAsync()));

        Assert.Equal((0, 0, 1), seen);
    }

    [Theory]
    [InlineData(Scope.Own, "Mine,Nobody's")]
    [InlineData(Scope.Team, "Mate's,Mine,Nobody's")]
    [InlineData(Scope.All, "Loner's,Mate's,Mine,Nobody's,Other team's")]
    public async Task ASalespersonSeesTheirOwnTheirTeamsOrAll(Scope sees, string expected)
    {
        await using var data = await TestDatabase.CreateAsync();
        await PeopleAsync(data, sees, Scope.All);
        foreach (var (name, owner) in new (string, int?)[] { ("Mine", 3), ("Mate's", 4), ("Other team's", 5), ("Loner's", 6), ("Nobody's", null) })
            await data.AddDealAsync(name, with: d => d.OwnerId = owner);

        var titles = await data.Store.ReadAsync(data.Anna, view => view.Deals.Select(d => d.Title).ToListAsync());

        Assert.Equal(expected, string.Join(',', titles.Order(StringComparer.Ordinal)));
    }

    [Fact]
    public async Task WhoIsInNoTeamIsATeamOfOne()
    {
        await using var data = await TestDatabase.CreateAsync();
        await PeopleAsync(data, Scope.Team, Scope.All);
        foreach (var owner in Owners)
            await data.AddDealAsync($"{owner}", with: d => (d.OwnerId, d.Title) = (owner, owner is null ? "Nobody's" : $"{owner}"));

        Assert.Equal(["6", "Nobody's"], await data.Store.ReadAsync(Dora, view => view.Deals.Select(d => d.Title).OrderBy(t => t).ToListAsync()));
    }

    private static async Task RunAsync(DatabaseProvider provider, World world)
    {
        await using var data = await TestDatabase.CreateAsync(provider);
        await PeopleAsync(data, world.Sales, world.Manager);
        await data.Store.WriteAsync(Actor.System, db => AddAsync(db, world));
        var all = await data.Store.ReadAsync(Actor.System, Everything.ReadAsync);
        foreach (var who in new[] { data.Anna, data.Ben, Cleo, Dora, data.Manager, data.Admin })
        {
            var scope = who.Role == Role.Sales ? world.Sales : who.Role == Role.Manager ? world.Manager : Scope.All;
            await data.Store.ReadAsync(who, view => AssertSeesAsync(view, who, new Rule(all, OwnersOf(who.UserId!.Value, scope))));
        }
    }

    private static int[]? OwnersOf(int person, Scope scope) => scope switch
    {
        Scope.All => null,
        Scope.Team when person is 2 or 3 or 4 => [2, 3, 4],
        _ => [person],
    };

    private static async Task<int> AssertSeesAsync(CrmView view, Actor who, Rule rule)
    {
        var all = rule.All;
        Same("leads", all.Leads.Where(l => l.DeletedAt == null && rule.Sees(l)).Select(l => l.Id), await view.Leads.Select(l => l.Id).ToListAsync());
        Same("clients", all.Clients.Where(c => c.DeletedAt == null && rule.Sees(c)).Select(c => c.Id), await view.Clients.Select(c => c.Id).ToListAsync());
        Same("deals", all.Deals.Where(d => d.DeletedAt == null && rule.Sees(d)).Select(d => d.Id), await view.Deals.Select(d => d.Id).ToListAsync());
        Same("binned leads", all.Leads.Where(l => l.DeletedAt != null && rule.Sees(l)).Select(l => l.Id), await view.BinnedLeads.Select(l => l.Id).ToListAsync());
        Same("binned clients", all.Clients.Where(c => c.DeletedAt != null && rule.Sees(c)).Select(c => c.Id), await view.BinnedClients.Select(c => c.Id).ToListAsync());
        Same("binned deals", all.Deals.Where(d => d.DeletedAt != null && rule.Sees(d)).Select(d => d.Id), await view.BinnedDeals.Select(d => d.Id).ToListAsync());
        Same("activities", all.Activities.Where(a => rule.SeesAll(a.LeadId, a.ClientId, a.DealId)).Select(a => a.Id), await view.Activities.Select(a => a.Id).ToListAsync());
        Same("tasks", all.Tasks.Where(t => t.DeletedAt == null && rule.Sees(t)).Select(t => t.Id), await view.Tasks.Select(t => t.Id).ToListAsync());
        Same("binned tasks", all.Tasks.Where(t => t.DeletedAt != null && rule.Sees(t)).Select(t => t.Id), await view.BinnedTasks.Select(t => t.Id).ToListAsync());
        Same("files", all.Files.Where(f => f.DeletedAt == null && rule.SeesAll(f.LeadId, f.ClientId, f.DealId)).Select(f => f.Id), await view.Attachments.Select(f => f.Id).ToListAsync());
        Same("binned files", all.Files.Where(f => f.DeletedAt != null && rule.SeesAll(f.LeadId, f.ClientId, f.DealId)).Select(f => f.Id), await view.BinnedFiles.Select(f => f.Id).ToListAsync());
        Same("notifications", all.Notifications.Where(n => n.UserId == who.UserId && rule.SeesAll(n.LeadId, n.ClientId, n.DealId)).Select(n => n.Id), await view.Notifications.Select(n => n.Id).ToListAsync());
        // Mail about no lead says who was invited and what somebody's bell said.
        var mails = all.Mails.Where(m => rule.IsWide || m.LeadId is { } lead && rule.SeesLead(lead)).Select(m => m.Id).ToList();
        Same("the standing of mails", mails, await view.MailStates.Select(m => m.Id).ToListAsync());
        Same("mails", who.Is(Role.Manager) ? mails : [], await view.Mails.Select(m => m.Id).ToListAsync());
        return 0;

        void Same(string what, IEnumerable<int> expected, List<int> seen) => Assert.True(expected.Order().SequenceEqual(seen.Order()), $"{who.Name} sees the {what} {string.Join(' ', seen.Order())} instead of {string.Join(' ', expected.Order())}");
    }

    private static Task PeopleAsync(TestDatabase data, Scope sales, Scope manager) => data.Store.WriteAsync(Actor.System, async db =>
    {
        var team = db.Teams.Add(new Team { Name = "North", CreatedAt = db.Now }).Entity;
        var other = db.Teams.Add(new Team { Name = "South", CreatedAt = db.Now }).Entity;
        foreach (var mate in await db.Users.Where(u => u.Id == 2 || u.Id == 3 || u.Id == 4).ToListAsync())
            mate.Team = team;
        foreach (var (id, name, of) in new[] { (5, "Cleo Chan", other), (6, "Dora Dean", null) })
            db.Users.Add(new User { Id = id, Name = name, Role = Role.Sales, Team = of, UserName = name, NormalizedUserName = name.ToUpperInvariant(), SecurityStamp = "-", CreatedAt = db.Now });
        db.RoleRights.Add(new RoleRights { Role = Role.Sales, Sees = sales, Changes = sales });
        db.RoleRights.Add(new RoleRights { Role = Role.Manager, Sees = manager, Changes = manager });
    });

    private static Task AddAsync(CrmDbContext db, World world)
    {
        var leads = world.Leads.Select((l, i) => new Lead { Name = $"Lead {i}", Email = $"lead{i}@example.com", OwnerId = Owners[l.Owner], CreatedAt = db.Now, DeletedAt = Bin(l.Binned) }).ToArray();
        var clients = world.Clients.Select((c, i) => new Client { Name = $"Client {i}", Email = $"client{i}@example.com", OwnerId = Owners[c.Owner], JoinedAt = db.Now, Lead = At(leads, c.Lead), DeletedAt = Bin(c.Binned) }).ToArray();
        var deals = world.Deals.Select((d, i) => new Deal { Title = $"Deal {i}", OwnerId = Owners[d.Owner], CreatedAt = db.Now, Lead = At(leads, d.Lead), Client = At(clients, d.Client), DeletedAt = Bin(d.Binned) }).ToArray();
        db.AddRange([.. leads, .. clients, .. deals]);
        foreach (var ((kind, owner, l, c, d), n) in world.Parts.Select((p, n) => (p, n)))
        {
            var (lead, client, deal) = (At(leads, l), At(clients, c), At(deals, d));
            db.Add((object)(kind switch
            {
                0 => new Activity { Kind = ActivityKind.Note, Lead = lead, Client = client, Deal = deal, ActorName = "Somebody", Summary = "said so", At = db.Now },
                1 => new TaskItem { Title = "Task", Lead = lead, Client = client, Deal = deal, OwnerId = Owners[owner], DueOn = new(2026, 11, 30), CreatedAt = db.Now, DeletedAt = Bin(n % 3 == 0) },
                2 => new Attachment { Name = "a.txt", ContentType = "text/plain", Bytes = 1, Sha256 = "-", StoredAs = $"file{n}", AddedByName = "Somebody", AddedAt = db.Now, Lead = lead, Client = client, Deal = deal, DeletedAt = Bin(n % 3 == 0) },
                3 => new Notification { UserId = Owners[owner] ?? 1, Kind = NotificationKind.Mentioned, Text = "Look", Lead = lead, Client = client, Deal = deal, At = db.Now },
                _ => new OutgoingMail { Kind = MailKind.AutoReply, ToAddress = "a@example.com", MessageId = $"{n}", Lead = lead, CreatedAt = db.Now },
            }));
        }
        return Task.CompletedTask;

        DateTime? Bin(bool binned) => binned ? db.Now : null;
    }

    /// <summary>Null for what lies outside.</summary>
    private static T? At<T>(T[] rows, int number) where T : class => number < 0 ? null : rows.ElementAtOrDefault(number);

    private sealed record World(Scope Sales, Scope Manager, (int Owner, int Lead, int Client, bool Binned)[] Leads, (int Owner, int Lead, int Client, bool Binned)[] Clients,
        (int Owner, int Lead, int Client, bool Binned)[] Deals, (int Kind, int Owner, int Lead, int Client, int Deal)[] Parts);

    private sealed record Everything(List<Lead> Leads, List<Client> Clients, List<Deal> Deals, List<Activity> Activities, List<TaskItem> Tasks, List<Attachment> Files, List<Notification> Notifications, List<OutgoingMail> Mails)
    {
        public static async Task<Everything> ReadAsync(CrmView view) => new(await view.Db.Leads.IgnoreQueryFilters().ToListAsync(), await view.Db.Clients.IgnoreQueryFilters().ToListAsync(), await view.Db.Deals.IgnoreQueryFilters().ToListAsync(),
            await view.Db.Activities.ToListAsync(), await view.Db.Tasks.IgnoreQueryFilters().ToListAsync(), await view.Db.Attachments.IgnoreQueryFilters().ToListAsync(), await view.Db.Notifications.ToListAsync(), await view.Db.OutgoingMails.ToListAsync());
    }

    private sealed record Rule(Everything All, int[]? Owners)
    {
        public bool IsWide => Owners is null;

        public bool Sees(Deal deal) => Has(deal.OwnerId);

        public bool Sees(Lead lead) => Has(lead.OwnerId) || All.Deals.Any(d => d.LeadId == lead.Id && d.DeletedAt == null && Sees(d));

        public bool Sees(Client client) => Has(client.OwnerId) || All.Deals.Any(d => d.ClientId == client.Id && d.DeletedAt == null && Sees(d));

        public bool Sees(TaskItem task) => task is { LeadId: null, ClientId: null, DealId: null } ? Has(task.OwnerId) : SeesAll(task.LeadId, task.ClientId, task.DealId);

        public bool SeesLead(int id) => Sees(All.Leads.Single(l => l.Id == id));

        public bool SeesAll(int? lead, int? client, int? deal) => (lead is not { } l || SeesLead(l)) && (client is not { } c || Sees(All.Clients.Single(x => x.Id == c))) && (deal is not { } d || Sees(All.Deals.Single(x => x.Id == d)));

        private bool Has(int? owner) => Owners is null || owner is not { } id || Owners.Contains(id);
    }
}
