using System.Data.Common;
using System.Threading.Channels;
using KpsCrm.Data;
using KpsCrm.Data.Activities;
using KpsCrm.Data.Analytics;
using KpsCrm.Data.Changes;
using KpsCrm.Data.Leads;
using KpsCrm.Data.Mail;
using KpsCrm.Data.Providers;
using KpsCrm.Web.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace KpsCrm.Web.Tests.Data;

/// <summary>Rows inserted by prepared statement against the same rows saved the ordinary way, in two databases that are otherwise equal.</summary>
public class PreparedInsertTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private static readonly DateTime Then = new DateTime(2025, 3, 4, 5, 6, 7, 890, DateTimeKind.Utc).AddTicks(1230);

    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task EveryColumnHoldsWhatAnOrdinarySaveWrites(DatabaseProvider provider)
    {
        await using var prepared = await TestDatabase.CreateAsync(provider);
        await using var ordinary = await TestDatabase.CreateAsync(provider);

        // The lead first, as the intake does: the other rows point to it.
        var mine = FullRows(out var lead);
        await prepared.Store.WriteAsync(prepared.Anna, async db =>
        {
            await db.InsertAsync(lead);
            await db.InsertAsync(mine);
            await db.InsertAsync(EmptyRows());
        });
        var theirs = FullRows(out var same);
        await ordinary.Store.WriteAsync(ordinary.Anna, async db =>
        {
            foreach (var row in new object[] { same }.Concat(theirs).Concat(EmptyRows()))
            {
                db.Add(row);
                await db.SaveChangesAsync();
            }
        });

        foreach (var table in new[] { "leads", "activities", "analytics_events", "outgoing_mails" })
        {
            var expected = await RowsOfAsync(ordinary, table);
            Assert.Equal(2, expected.Count);
            Assert.Equal(expected, await RowsOfAsync(prepared, table));
        }
    }

    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task TheSameChangesAreToldAndIdsAreSet(DatabaseProvider provider)
    {
        await using var data = await TestDatabase.CreateAsync(provider);
        var heard = Channel.CreateUnbounded<IReadOnlyCollection<Change>>();
        using var _ = data.Feed.Subscribe(Topics.All, changes => heard.Writer.WriteAsync(changes).AsTask());

        var rows = FullRows(out var lead);
        await data.Store.WriteAsync(data.Anna, db => db.InsertAsync([lead, .. rows]));

        var (activity, visit, mail) = ((Activity)rows[0], (AnalyticsEvent)rows[1], (OutgoingMail)rows[2]);
        Assert.All([lead.Id, activity.Id, visit.Id, mail.Id], id => Assert.True(id > 0));
        Assert.Equal(1, lead.Version);
        var told = await heard.Reader.ReadAsync().AsTask().WaitAsync(Patience);
        Assert.Equal(
            new[] { (Topics.Leads, lead.Id), (Topics.Activities, activity.Id), (Topics.Events, visit.Id), (Topics.Mail, mail.Id) }
                .Select(c => new Change(c.Item1, c.Item2, ChangeKind.Added, data.Anna.UserId)).Order(Comparer<Change>.Create((a, b) => a.Topic.CompareTo(b.Topic))),
            told.Order(Comparer<Change>.Create((a, b) => a.Topic.CompareTo(b.Topic))));
    }

    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task AKeyUsedTwiceFailsOnlyItsOwnWriteAndLeavesNothingOfIt(DatabaseProvider provider)
    {
        await using var data = await TestDatabase.CreateAsync(provider);
        using var gate = new SemaphoreSlim(0);
        var written = new TaskCompletionSource();
        var first = data.Store.WriteAsync(data.Anna, async db =>
        {
            await WriteAsync(db, "first", "key");
            written.SetResult();
            await gate.WaitAsync();
        });
        await written.Task;
        // On SQLite these wait behind the first, and share a commit.
        var writes = new[] { ("second", "other"), ("third", "key"), ("fourth", "another") }
            .Select(w => data.Store.WriteAsync(data.Ben, db => WriteAsync(db, w.Item1, w.Item2))).ToList();
        gate.Release();

        await first;
        await writes[0];
        await Assert.ThrowsAsync<DbUpdateException>(() => writes[1]);
        await writes[2];
        await data.Store.WriteAsync(data.Anna, db => WriteAsync(db, "fifth", "one more"));

        Assert.Equal(["fifth", "first", "fourth", "second"], (await data.Store.ReadAsync(data.Anna, view => view.Leads.Select(l => l.Name).ToListAsync())).Order());
        Assert.Equal(4, await data.Store.ReadAsync(data.Anna, view => view.Activities.CountAsync()));

        static async Task WriteAsync(CrmDbContext db, string name, string key)
        {
            var lead = new Lead { Name = name, Email = $"{name}@example.com" };
            await db.InsertAsync(lead);
            await db.InsertAsync(new Activity { LeadId = lead.Id, ActorName = "Visitor", Summary = "sent an enquiry", RequestId = key, At = db.Now });
        }
    }

    [Fact]
    public async Task ARowThatBreaksAConstraintIsToldAsAFailedSave()
    {
        await using var data = await TestDatabase.CreateAsync();

        await Assert.ThrowsAsync<DbUpdateException>(() => data.Store.WriteAsync(data.Anna, db => db.InsertAsync(new Lead { Name = "Ana", Email = "ana@example.com", ValueCents = -1 })));
        await Assert.ThrowsAsync<DbUpdateException>(() => data.Store.WriteAsync(data.Anna, db => db.InsertAsync(new Activity { LeadId = 4711, ActorName = "Anna", Summary = "wrote", At = db.Now })));

        Assert.Equal(0, await data.Store.ReadAsync(data.Anna, view => view.Leads.CountAsync()));
    }

    /// <summary>A row of each kind with every column filled; the mail learns its enquiry from the row, as the intake writes it.</summary>
    private static object[] FullRows(out Lead lead)
    {
        lead = new Lead
        {
            Name = "Zoë O'Neil \"Zo\" 漢字", Email = "zoe@example.com", Phone = "+12145550100", Company = "Núñez Tile", Service = "Payroll Services", Timeline = "Now", BudgetRange = "$50,000+",
            BudgetCents = 50_000_01, Priority = Priority.Urgent, Source = "google", ValueCents = 12_345_67, City = "Dallas", State = "TX", Country = "MX", AssignedTo = "Somebody", OwnerId = 3,
            Notes = new string('n', 10_000), UtmSource = "a", UtmMedium = "b", UtmCampaign = "c", UtmTerm = "d", UtmContent = "e", Referrer = "https://f.example", LandingPage = "/g",
            ConsentAt = Then.AddDays(1), LastActivityAt = Then.AddDays(2), CreatedAt = Then, UpdatedAt = Then.AddDays(3), IsSample = true,
        }.At(LeadStatus.Lost, "a0z", "Price");
        var activity = new Activity
        {
            Kind = ActivityKind.Enquiry, Lead = lead, ActorId = 4, ActorName = "Ben", Summary = "sent", FromStage = "new", ToStage = "won", Detail = """{"a":"é"}""", RequestId = "key", At = Then, IsSample = true,
        };
        var visit = new AnalyticsEvent
        {
            EventType = "lead_created", Page = "/p", Action = "submit", Element = "form", Value = "1", UserAgent = "agent", IpAddress = "::1", City = "Austin", Referrer = "r", SessionId = "s", CreatedAt = Then, IsSample = true,
        };
        var mail = new OutgoingMail { Kind = MailKind.AutoReply, ToAddress = "zoe@example.com", Lead = lead, Activity = activity, MessageId = "m@kps", CreatedAt = Then, IsSample = true };
        mail.MarkFailed("server away", Then);
        mail.MarkSent("Hello", "text", "<p>html</p>", Then.AddHours(1));
        return [activity, visit, mail];
    }

    private static object[] EmptyRows() =>
    [
        new Lead { Name = "A", Email = "a@example.com", Country = null },
        new Activity { ActorName = "", Summary = "" },
        new AnalyticsEvent { EventType = "pageview" },
        new OutgoingMail { ToAddress = "a@example.com", MessageId = "n@kps" },
    ];

    private static async Task<List<string>> RowsOfAsync(TestDatabase data, string table)
    {
        await using var db = data.Provided.GetRequiredService<IProvider>().OpenForIdentity();
        await db.Database.OpenConnectionAsync();
        await using var command = db.Database.GetDbConnection().CreateCommand();
        command.CommandText = $"SELECT * FROM {table} ORDER BY id";
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<string>();
        while (await reader.ReadAsync())
            rows.Add(string.Join("\n", Enumerable.Range(0, reader.FieldCount).Select(i => Column(reader, i))));
        return rows;
    }

    /// <summary>With the type it is stored as: '1' is not 1.</summary>
    private static string Column(DbDataReader reader, int i) => reader.GetValue(i) is var value && value is DateTime at
        ? $"{reader.GetName(i)} = {at:O}"
        : $"{reader.GetName(i)} = {value} ({value.GetType().Name})";
}
