using KpsCrm.Data;
using KpsCrm.Data.Activities;
using KpsCrm.Data.Clients;
using KpsCrm.Data.Deals;
using KpsCrm.Data.Mail;
using KpsCrm.Data.Security;
using KpsCrm.Web.Features.Pipeline;
using KpsCrm.Web.Features.Records;
using KpsCrm.Web.Tests.Support;

namespace KpsCrm.Web.Tests.Records;

public class TimelineTests
{
    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task ThirtyAtATimeEveryEntryComesOnceNewestFirst(DatabaseProvider provider)
    {
        await using var data = await TestDatabase.CreateAsync(provider);
        var id = await data.AddLeadAsync();
        var start = data.Clock.GetUtcNow().UtcDateTime;
        // Three share each moment, and those that came last into the table are not the newest.
        await data.Store.WriteAsync(data.Anna, db =>
        {
            for (var i = 0; i < 75; i++)
                db.Activities.Add(Note(id, $"note {i}", start.AddMinutes(-(i / 3))));
            return Task.CompletedTask;
        });

        var (all, pages, page) = (new List<TimelineEntry>(), new List<int>(), await AskAsync(data, new(RecordRef.Lead(id), TimelineKinds.All)));
        for (; ; page = await AskAsync(data, new(RecordRef.Lead(id), TimelineKinds.All, Before: all[^1].Mark)))
        {
            all.AddRange(page.Entries);
            pages.Add(page.Entries.Count);
            if (!page.More)
                break;
        }

        Assert.Equal([30, 30, 15], pages);
        Assert.Equal(75, all.DistinctBy(e => e.Id).Count());
        Assert.Equal(all.OrderByDescending(e => e.At).ThenByDescending(e => e.Id).Select(e => e.Id), all.Select(e => e.Id));
    }

    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task WhatIsLoadedIsAskedAgainWithWhatCameOnTop(DatabaseProvider provider)
    {
        await using var data = await TestDatabase.CreateAsync(provider);
        var id = await data.AddLeadAsync();
        var start = data.Clock.GetUtcNow().UtcDateTime;
        await data.Store.WriteAsync(data.Anna, db =>
        {
            for (var i = 0; i < 40; i++)
                db.Activities.Add(Note(id, $"note {i}", start.AddMinutes(-i)));
            return Task.CompletedTask;
        });
        var first = await AskAsync(data, new(RecordRef.Lead(id), TimelineKinds.All));
        await data.Store.WriteAsync(data.Ben, db => Task.FromResult(db.Activities.Add(Note(id, "newest", start.AddMinutes(1)))));

        var again = await AskAsync(data, new(RecordRef.Lead(id), TimelineKinds.All, DownTo: first.Entries[^1].Mark));

        Assert.Equal(31, again.Entries.Count);
        Assert.Equal("newest", again.Entries[0].Summary);
        Assert.Equal(first.Entries.Select(e => e.Id), again.Entries.Skip(1).Select(e => e.Id));
    }

    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task EachMoveTellsTheTimeInTheStageLeftAlsoAcrossPages(DatabaseProvider provider)
    {
        await using var data = await TestDatabase.CreateAsync(provider);
        var id = await data.AddDealAsync();
        data.Clock.Advance(TimeSpan.FromDays(5));
        await new MoveDeal(id, DealStage.Proposal, DealStage.Negotiation, Place.Top, 1).RunAsync(data.Store, data.Anna);
        await data.Store.WriteAsync(data.Anna, db =>
        {
            for (var i = 0; i < 30; i++)
                db.Activities.Add(new Activity { Kind = ActivityKind.Note, DealId = id, ActorName = "Anna Alvarez", Summary = "n", At = db.Now.AddHours(1) });
            return Task.CompletedTask;
        });
        data.Clock.Advance(TimeSpan.FromDays(12));
        await new MoveDeal(id, DealStage.Negotiation, DealStage.Review, Place.Top, 2).RunAsync(data.Store, data.Anna);

        var page = await AskAsync(data, new(RecordRef.Deal(id), TimelineKinds.All));
        var moves = await AskAsync(data, new(RecordRef.Deal(id), TimelineKinds.Moves));

        Assert.Equal(("negotiation", TimeSpan.FromDays(12)), page.Entries[0] is var newest ? (newest.From, newest.InStage) : default);
        Assert.Equal([("negotiation", TimeSpan.FromDays(12)), ("proposal", TimeSpan.FromDays(5))], moves.Entries.Select(e => (e.From!, e.InStage!.Value)));
    }

    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task ACorrectedNoteShowsItsLatestWordsInItsOwnPlace(DatabaseProvider provider)
    {
        await using var data = await TestDatabase.CreateAsync(provider);
        var id = await data.AddLeadAsync();
        var start = data.Clock.GetUtcNow().UtcDateTime;
        var (first, second) = (Note(id, "call on Mnday", start), Note(id, "likes tea", start.AddMinutes(1)));
        await data.Store.WriteAsync(data.Anna, db => { db.Activities.AddRange(first, second); return Task.CompletedTask; });
        var monday = Note(id, "call on Monday", start.AddMinutes(2), replaces: first.Id);
        await data.Store.WriteAsync(data.Ben, db => Task.FromResult(db.Activities.Add(monday)));
        await data.Store.WriteAsync(data.Ben, db => Task.FromResult(db.Activities.Add(Note(id, "call on Tuesday", start.AddMinutes(3), replaces: monday.Id))));

        var entries = (await AskAsync(data, new(RecordRef.Lead(id), TimelineKinds.Notes))).Entries;

        Assert.Equal(["likes tea", "call on Tuesday"], entries.Select(e => e.Summary));
        Assert.Equal((first.Id, start, start.AddMinutes(3)), (entries[1].Id, entries[1].At, entries[1].Corrected!.At));
        Assert.Equal([("call on Mnday", start), ("call on Monday", start.AddMinutes(2))], entries[1].Corrected!.Before.Select(f => (f.Text, f.At)));
    }

    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task ASalesPersonSeesWhetherTheMailsOfAnEnquiryWentOut(DatabaseProvider provider)
    {
        await using var data = await TestDatabase.CreateAsync(provider);
        var id = await data.AddLeadAsync();
        var enquiry = new Activity { Kind = ActivityKind.Created, LeadId = id, ActorName = "Website visitor", Summary = "sent an enquiry", At = data.Clock.GetUtcNow().UtcDateTime };
        var (reply, notice) = (Mail(MailKind.AutoReply, "ana@example.com"), Mail(MailKind.SalesNotification, "sales@example.com"));
        reply.MarkSent("Hello", "text", "<p>text</p>", data.Clock.GetUtcNow().UtcDateTime);
        await data.Store.WriteAsync(Actor.System, db => { db.AddRange(enquiry, reply, notice); return Task.CompletedTask; });

        var mails = Assert.Single((await AskAsync(data, new(RecordRef.Lead(id), TimelineKinds.All))).Entries).Mails;

        Assert.Equal([("ana@example.com", MailState.Sent), ("sales@example.com", MailState.Waiting)], mails.Select(m => (m.ToAddress, m.State)));
        Assert.Empty((await data.Store.ReadAsync(Actor.Visitor, view => new TimelineQuestion(RecordRef.Lead(id), TimelineKinds.All).AskAsync(view, default))).Entries);

        OutgoingMail Mail(MailKind kind, string to) => new() { Kind = kind, ToAddress = to, LeadId = id, Activity = enquiry, MessageId = Guid.NewGuid().ToString("N"), CreatedAt = data.Clock.GetUtcNow().UtcDateTime };
    }

    [Fact]
    public async Task AClientsTimelineNamesTheDealsItSpeaksOf()
    {
        await using var data = await TestDatabase.CreateAsync();
        var client = new Client { Name = "Ana", Email = "ana@example.com" };
        var id = await data.AddDealAsync("Payroll", client: client);
        await new EditRecord(RecordRef.Deal(id), [new("amount", "1000", "2000")]).RunAsync(data.Store, data.Ben);

        var entry = Assert.Single((await AskAsync(data, new(RecordRef.Client(client.Id), TimelineKinds.Changes))).Entries);

        Assert.Equal(new Link(id, "Payroll"), entry.Deal);
    }

    [Theory]
    [InlineData(null, TimelineKinds.All, null)]
    [InlineData("notes,calls", TimelineKinds.Notes | TimelineKinds.Calls, "notes,calls")]
    [InlineData("Moves, nonsense", TimelineKinds.Moves, "moves")]
    public void ChipsStandInTheAddress(string? words, TimelineKinds kinds, string? written)
    {
        Assert.Equal(kinds, TimelineKindWords.Parse(words));
        Assert.Equal(written, kinds.Word());
    }

    [Fact]
    public void TimesInAStageAddUpOverEveryStay()
    {
        var day = new DateTime(2026, 11, 1, 0, 0, 0, DateTimeKind.Utc);
        var history = StageHistory.Of(day, [("proposal", day.AddDays(3)), ("review", day.AddDays(4)), ("proposal", day.AddDays(10))]);

        Assert.Equal(day.AddDays(10), history.Since);
        Assert.Equal((TimeSpan.FromDays(9), TimeSpan.FromDays(1)), (history.Spent["proposal"], history.Spent["review"]));
    }

    private static Activity Note(int leadId, string words, DateTime at, int? replaces = null) =>
        new() { Kind = ActivityKind.Note, LeadId = leadId, ActorName = "Anna Alvarez", Summary = words, At = at, ReplacesId = replaces };

    private static Task<TimelinePage> AskAsync(TestDatabase data, TimelineQuestion question) => data.Store.ReadAsync(data.Anna, view => question.AskAsync(view, default));
}
