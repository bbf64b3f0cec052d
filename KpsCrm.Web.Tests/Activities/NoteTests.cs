using KpsCrm.Data;
using KpsCrm.Data.Activities;
using KpsCrm.Data.Notifications;
using KpsCrm.Data.Security;
using KpsCrm.Web.Features.Activities;
using KpsCrm.Web.Features.Deals;
using KpsCrm.Web.Features.Records;
using KpsCrm.Web.Live;
using KpsCrm.Web.Shared;
using KpsCrm.Web.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace KpsCrm.Web.Tests.Activities;

public class NoteTests
{
    private static readonly Person[] People = [new(1, "Alex Admin"), new(3, "Anna Alvarez"), new(4, "Ben Brooks"), new(5, "Ben Brookstone"), new(6, "Zoë O’Neill")];

    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task ANoteTouchesTheRecordAndAnswersANewLead(DatabaseProvider provider)
    {
        await using var data = await TestDatabase.CreateAsync(provider);
        var id = await data.AddLeadAsync();
        data.Clock.Advance(TimeSpan.FromHours(1));
        var now = data.Clock.GetUtcNow().UtcDateTime;

        await new AddNote(RecordRef.Lead(id), "  wants figures by Friday\r\n\r\nand a start date ").RunAsync(data.Store, data.Anna);

        var note = await data.Store.ReadAsync(data.Anna, view => view.Activities.SingleAsync());
        Assert.Equal((ActivityKind.Note, "wants figures by Friday\n\nand a start date", id, 3, null), (note.Kind, note.Summary, note.LeadId, note.ActorId, note.Detail));
        var lead = await data.Store.ReadAsync(data.Anna, view => view.Leads.SingleAsync());
        Assert.Equal((now, now, 1), (lead.LastActivityAt, lead.AnsweredAt, lead.Version));
    }

    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task AMentionRingsTheOtherOnceAndNeverOneself(DatabaseProvider provider)
    {
        await using var data = await TestDatabase.CreateAsync(provider);
        var id = await data.AddDealAsync("Payroll for Acme");

        await new AddNote(RecordRef.Deal(id), "@Ben Brooks and @Ben, please look; @Anna Alvarez").RunAsync(data.Store, data.Anna);

        var bell = Assert.Single(await data.Store.ReadAsync(data.Ben, view => view.Notifications.ToListAsync()));
        Assert.Equal((NotificationKind.Mentioned, "Anna Alvarez mentioned you on Payroll for Acme", (int?)id, null), (bell.Kind, bell.Text, bell.DealId, bell.ReadAt));
        Assert.Empty(await data.Store.ReadAsync(data.Anna, view => view.Notifications.ToListAsync()));
    }

    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task ACorrectionStandsBesideTheOlderTextAndRingsOnlyTheNewlyNamed(DatabaseProvider provider)
    {
        await using var data = await TestDatabase.CreateAsync(provider);
        var about = RecordRef.Deal(await data.AddDealAsync());
        await new AddNote(about, "@Ben have a look").RunAsync(data.Store, data.Anna);
        var first = await data.Store.ReadAsync(data.Anna, view => view.Activities.SingleAsync());

        await new CorrectNote(first.Id, "@Ben and @Maria have a look").RunAsync(data.Store, data.Anna);

        var notes = await data.Store.ReadAsync(data.Anna, view => view.Activities.OrderBy(a => a.Id).ToListAsync());
        Assert.Equal([("@Ben have a look", null), ("@Ben and @Maria have a look", (int?)first.Id)], notes.Select(n => (n.Summary, n.ReplacesId)));
        Assert.Equal(1, await data.Store.ReadAsync(data.Ben, view => view.Notifications.CountAsync()));
        Assert.Equal(1, await data.Store.ReadAsync(data.Manager, view => view.Notifications.CountAsync()));
    }

    /// <summary>A random day found an open list that still showed a client by the word that had been corrected away.</summary>
    [Fact]
    public async Task WhoIsFoundByANoteIsFoundByItsCorrection()
    {
        await using var data = await TestDatabase.CreateAsync();
        var deal = await data.AddDealAsync();
        await new AddNote(RecordRef.Deal(deal), "likes zebras").RunAsync(data.Store, data.Anna);
        var id = await data.Store.ReadAsync(data.Anna, view => view.Activities.Select(a => a.Id).SingleAsync());
        var answers = new LiveAnswers(data.Store, data.Feed, data.Clock);
        var company = new CompanyOptions();
        async Task<int> FoundAsync(string text) =>
            (await answers.AskAsync(data.Anna, new DealsQuestion(DealFilter.Of(new($"?q={text}")), new(null, 1), company))).Rows.Count;
        Assert.Equal((1, 0), (await FoundAsync("zebras"), await FoundAsync("donkeys")));

        await new CorrectNote(id, "likes donkeys").RunAsync(data.Store, data.Anna);

        Assert.Equal((0, 1), (await FoundAsync("zebras"), await FoundAsync("donkeys")));
    }

    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task OnlyItsAuthorCorrectsANoteAndOnlyOnce(DatabaseProvider provider)
    {
        await using var data = await TestDatabase.CreateAsync(provider);
        await new AddNote(RecordRef.Deal(await data.AddDealAsync()), "first").RunAsync(data.Store, data.Anna);
        var id = await data.Store.ReadAsync(data.Anna, view => view.Activities.Select(a => a.Id).SingleAsync());

        Assert.Equal("Anna Alvarez wrote this note; only they can correct it.", (await Assert.ThrowsAsync<RuleException>(() => new CorrectNote(id, "mine").RunAsync(data.Store, data.Ben))).Message);
        var results = await Task.WhenAll(new[] { "second", "other" }.Select(text => Record.ExceptionAsync(() => new CorrectNote(id, text).RunAsync(data.Store, data.Anna)).AsTask()));
        Assert.Equal("You have corrected this note already, in another window.", Assert.Single(results.OfType<RuleException>()).Message);
        Assert.Equal(2, await data.Store.ReadAsync(data.Anna, view => view.Activities.CountAsync()));
    }

    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task ACallKeepsItsOutcomeAndItsWords(DatabaseProvider provider)
    {
        await using var data = await TestDatabase.CreateAsync(provider);
        var about = RecordRef.Lead(await data.AddLeadAsync());

        await new LogCall(about, CallOutcome.LeftMessage).RunAsync(data.Store, data.Anna);
        await new LogCall(about, CallOutcome.Reached, "start in May").RunAsync(data.Store, data.Anna);

        var calls = await data.Store.ReadAsync(data.Anna, view => view.Activities.OrderBy(a => a.Id).ToListAsync());
        Assert.Equal(["called and left a message", "called and reached them: start in May"], calls.Select(c => c.Summary));
        Assert.Equal([(CallOutcome.LeftMessage, null), (CallOutcome.Reached, "start in May")], calls.Select(c => NoteDetail.FromJson(c.Detail)).Select(d => (d.Outcome!.Value, d.Words)));
        Assert.NotNull((await data.Store.ReadAsync(data.Anna, view => view.Leads.SingleAsync())).AnsweredAt);
    }

    [Fact]
    public async Task NothingAndTooMuchAreRefusedInASentence()
    {
        await using var data = await TestDatabase.CreateAsync();
        var about = RecordRef.Lead(await data.AddLeadAsync());

        Assert.Equal("Write something first.", (await Assert.ThrowsAsync<RuleException>(() => new AddNote(about, " \n ").RunAsync(data.Store, data.Anna))).Message);
        Assert.Equal("Shorten the note to 10,000 characters; it has 10,001.", (await Assert.ThrowsAsync<RuleException>(() => new AddNote(about, new('x', 10_001)).RunAsync(data.Store, data.Anna))).Message);
        Assert.Equal("This lead is no longer there.", (await Assert.ThrowsAsync<RuleException>(() => new AddNote(RecordRef.Lead(99), "x").RunAsync(data.Store, data.Anna))).Message);
        await Assert.ThrowsAsync<AccessDeniedException>(() => new AddNote(about, "x").RunAsync(data.Store, Actor.Visitor));
    }

    [Theory]
    [InlineData("@Ben Brooks, look", "Ben Brooks")]
    [InlineData("@ben brookstone!", "ben brookstone")]
    [InlineData("(@Anna)", "Anna")]
    [InlineData("@Zoë O’Neill", "Zoë O’Neill")]
    [InlineData("ask @Ben", "")]
    [InlineData("anna@Anna Alvarez", "")]
    [InlineData("@Annabel", "")]
    [InlineData("@ nobody @", "")]
    public void AMentionIsAFullNameOrAFirstNameThatOnlyOneBears(string text, string names) =>
        Assert.Equal(names, string.Join('|', Mentions.In(text, People).Select(m => m.Name)));

    [Fact]
    public void WhoeverWasRenamedStillReadsRight()
    {
        const string text = "@Ben Brooks and @Anna: see @Ben Brooks.";
        var mentions = Mentions.In(text, People);

        Assert.Equal("@Ben Miller-Brooks and @Anne: see @Ben Miller-Brooks.", string.Concat(Mentions.Parts(text, mentions, [new(3, "Anne Alvarez"), new(4, "Ben Miller-Brooks")]).Select(p => p.Text)));
        Assert.Equal(text, string.Concat(Mentions.Parts(text, mentions, []).Select(p => p.Text)));
        Assert.Equal([4, null, 3, null, 4, null], Mentions.Parts(text, mentions, People).Select(p => p.PersonId));
    }
}
