using KpsCrm.Data;
using KpsCrm.Data.Clients;
using KpsCrm.Data.Deals;
using KpsCrm.Data.Leads;
using KpsCrm.Data.Security;
using KpsCrm.Data.Tasks;
using KpsCrm.Web.Features.Dashboard;
using KpsCrm.Web.Features.Intake;
using KpsCrm.Web.Features.Mail;
using KpsCrm.Web.Features.Pipeline;
using KpsCrm.Web.Features.Recycling;
using KpsCrm.Web.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace KpsCrm.Web.Tests.Recycling;

public class RecycleBinTests
{
    private static readonly DateOnly Today = new(2026, 11, 24);
    private static readonly CompanyOptions Company = new();

    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task AClientGoesWithItsDealsAndTasksAndComesBackWithThem(DatabaseProvider provider)
    {
        await using var data = await TestDatabase.CreateAsync(provider);
        var (client, won, open) = await ClientWithDealsAsync(data);
        var task = await TaskAsync(data, t => t.DealId = open);

        var deleted = await new DeleteRecord(ItemRef.Client(client)).RunAsync(data.Store, data.Anna);

        Assert.Equal((2, 1), (deleted.Deals, deleted.Tasks));
        Assert.Equal("Acme, 2 deals and 1 task moved to the recycle bin.", deleted.Sentence);
        Assert.Equal((0, 0, 0), await CountsAsync(data));
        await data.Store.ReadAsync(data.Ben, async view =>
        {
            var gone = await view.BinnedClients.SingleAsync();
            Assert.Equal((0L, (int?)data.Anna.UserId), (gone.TotalValueCents, gone.DeletedById));
            Assert.All(await view.BinnedDeals.ToListAsync(), d => Assert.Equal(gone.DeletedAt, d.DeletedAt));
            Assert.Equal(gone.DeletedAt, (await view.BinnedTasks.SingleAsync()).DeletedAt);
            return 0;
        });

        data.Clock.Advance(TimeSpan.FromDays(3));
        var back = Assert.IsType<Restored>(await new RestoreRecord(ItemRef.Client(client)).RunAsync(data.Store, data.Ben));

        Assert.Equal("Acme, with 2 deals and 1 task is back.", back.Sentence);
        Assert.Equal((1, 2, 1), await CountsAsync(data));
        Assert.Equal(700_00, await data.Store.ReadAsync(data.Anna, view => view.Clients.Select(c => c.TotalValueCents).SingleAsync()));
        Assert.Equal([won, open], await data.Store.ReadAsync(data.Anna, view => view.Deals.Select(d => d.Id).Order().ToListAsync()));
        Assert.Equal(task, await data.Store.ReadAsync(data.Anna, view => view.Tasks.Select(t => t.Id).SingleAsync()));
        Assert.Equal(["deleted the client with 2 deals and 1 task", "brought back the client with 2 deals and 1 task"],
            await data.Store.ReadAsync(data.Anna, view => view.Activities.Where(a => a.ClientId == client && a.DealId == null).OrderBy(a => a.Id).Select(a => a.Summary).ToListAsync()));
    }

    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task ADealDeletedBeforeItsClientStaysDeletedEvenAtTheSameMoment(DatabaseProvider provider)
    {
        await using var data = await TestDatabase.CreateAsync(provider);
        var (client, won, open) = await ClientWithDealsAsync(data);
        await new DeleteRecord(ItemRef.Deal(won)).RunAsync(data.Store, data.Anna);
        Assert.Equal(0, await data.Store.ReadAsync(data.Anna, view => view.Clients.Select(c => c.TotalValueCents).SingleAsync()));

        // The clock stands still.
        await new DeleteRecord(ItemRef.Client(client)).RunAsync(data.Store, data.Anna);
        await new RestoreRecord(ItemRef.Client(client)).RunAsync(data.Store, data.Anna);

        Assert.Equal([open], await data.Store.ReadAsync(data.Anna, view => view.Deals.Select(d => d.Id).ToListAsync()));
        Assert.Equal(0, await data.Store.ReadAsync(data.Anna, view => view.Clients.Select(c => c.TotalValueCents).SingleAsync()));
        await new RestoreRecord(ItemRef.Deal(won)).RunAsync(data.Store, data.Anna);
        Assert.Equal(700_00, await data.Store.ReadAsync(data.Anna, view => view.Clients.Select(c => c.TotalValueCents).SingleAsync()));
    }

    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task ADealWhoseClientIsInTheBinSaysSoAndBothCanComeBack(DatabaseProvider provider)
    {
        await using var data = await TestDatabase.CreateAsync(provider);
        var (client, won, open) = await ClientWithDealsAsync(data);
        await new DeleteRecord(ItemRef.Deal(won)).RunAsync(data.Store, data.Anna);
        data.Clock.Advance(TimeSpan.FromHours(1));
        await new DeleteRecord(ItemRef.Client(client)).RunAsync(data.Store, data.Anna);

        var needs = Assert.IsType<NeedsOwner>(await new RestoreRecord(ItemRef.Deal(won)).RunAsync(data.Store, data.Anna));
        Assert.Equal("Payroll belongs to the client Acme, which is in the recycle bin too. Bring back both?", needs.Question);
        Assert.Equal((0, 0, 0), await CountsAsync(data));

        Assert.IsType<Restored>(await new RestoreRecord(ItemRef.Deal(won), WithOwner: true).RunAsync(data.Store, data.Anna));
        Assert.Equal([won, open], await data.Store.ReadAsync(data.Anna, view => view.Deals.Select(d => d.Id).Order().ToListAsync()));
        Assert.Equal(700_00, await data.Store.ReadAsync(data.Anna, view => view.Clients.Select(c => c.TotalValueCents).SingleAsync()));
    }

    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task AConvertedLeadGoesAloneAndWhatCameFromItStaysWhole(DatabaseProvider provider)
    {
        await using var data = await TestDatabase.CreateAsync(provider);
        var lead = await data.AddLeadAsync();
        await new ConvertLeadOf(data, lead).RunAsync();
        var deal = await data.Store.WriteAsync(data.Anna, async db =>
        {
            var d = await db.Deals.SingleAsync();
            db.Activities.Add(d.MoveTo(DealStage.ClosedWon, "i", data.Anna, db.Now, new Won(900_00, Today))!);
            return d.Id;
        });
        var before = await FiguresAsync(data);
        Assert.NotNull(before.MedianDaysToWon);

        await new DeleteRecord(ItemRef.Lead(lead)).RunAsync(data.Store, data.Anna);

        var after = await FiguresAsync(data);
        Assert.Equal((0m, 1m, 900_00m), (after.TotalLeads.Value, after.TotalClients.Value, after.Revenue.Value));
        Assert.Null(after.MedianDaysToWon);
        var board = await data.Store.ReadAsync(data.Anna, view => new DealBoardQuestion(new Filter(), new Depths(24, 24, 24, 24, 24), Today).AskAsync(view, default));
        Assert.Equal([deal], board.Cards.Select(c => c.Id));
        Assert.True(await data.Store.ReadAsync(data.Anna, view => new GoesAlongQuestion(ItemRef.Client(1)).AskAsync(view, default)) is { Deals: 1 });
        Assert.Equal(lead, await data.Store.ReadAsync(data.Anna, view => view.Clients.Select(c => c.LeadId).SingleAsync()));
    }

    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task NothingInTheBinIsCountedAnywhere(DatabaseProvider provider)
    {
        await using var data = await TestDatabase.CreateAsync(provider);
        var lead = await data.AddLeadAsync(with: l => l.ValueCents = 500_00);
        var (client, won, _) = await ClientWithDealsAsync(data);
        await new DeleteRecord(ItemRef.Lead(lead)).RunAsync(data.Store, data.Anna);
        await new DeleteRecord(ItemRef.Client(client)).RunAsync(data.Store, data.Anna);

        var figures = await FiguresAsync(data);
        Assert.True(figures.IsEmpty);
        Assert.Equal((0m, 0m, 0L), (figures.Revenue.Value, figures.Pipeline.Value, figures.WeightedCents));
        Assert.All((await data.Store.ReadAsync(data.Anna, view => new DealBoardQuestion(new Filter(), new Depths(24, 24, 24, 24, 24), Today).AskAsync(view, default))).Columns, c => Assert.Equal((0, 0L), (c.Count, c.TotalCents)));
        Assert.All((await data.Store.ReadAsync(data.Anna, view => new LeadBoardQuestion(new Filter(), new Depths([.. Enumerable.Repeat(24, 7)])).AskAsync(view, default))).Columns, c => Assert.Equal(0, c.Count));
        var newest = await data.Store.ReadAsync(data.Anna, view => new NewestQuestion(Company).AskAsync(view, default));
        Assert.Empty(newest.Leads);
        Assert.Empty(newest.Clients);
        var recent = await data.Store.ReadAsync(data.Anna, view => new RecentQuestion().AskAsync(view, default));
        Assert.All(recent, r => Assert.Null(r.About));
        Assert.IsType<Refused>(await new MoveDeal(won, DealStage.ClosedWon, DealStage.Review, Place.Top, 1).RunAsync(data.Store, data.Anna));
    }

    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task AnotherEnquiryOfABinnedLeadMakesANewOneAndItsMailsWait(DatabaseProvider provider)
    {
        await using var data = await TestDatabase.CreateAsync(provider);
        var desk = new IntakeDesk(data.Store, Options.Create(new IntakeOptions()), new MailOptions(), Company);
        var enquiry = new Enquiry { Name = "Ana Núñez", Email = "ana@example.com", Message = "Hello" };
        var first = await desk.AcceptAsync(new(enquiry));
        var sender = new MailSender(data.Store, null!, null!, new MailOptions(), data.Clock, NullLogger<MailSender>.Instance);
        Assert.NotNull(await sender.NextAttemptAsync());
        await new DeleteRecord(ItemRef.Lead(first.LeadId)).RunAsync(data.Store, data.Anna);
        Assert.Null(await sender.NextAttemptAsync());

        var second = await desk.AcceptAsync(new(enquiry with { Message = "Hello again" }));

        Assert.NotEqual(first.LeadId, second.LeadId);
        Assert.Equal([second.LeadId], await data.Store.ReadAsync(data.Anna, view => view.Leads.Select(l => l.Id).ToListAsync()));
        Assert.Equal(1, await data.Store.ReadAsync(data.Anna, view => view.BinnedLeads.CountAsync()));
    }

    [Fact]
    public async Task WhatIsGoneOrBackAlreadyIsToldInASentence()
    {
        await using var data = await TestDatabase.CreateAsync();
        var lead = await data.AddLeadAsync();
        await new DeleteRecord(ItemRef.Lead(lead)).RunAsync(data.Store, data.Anna);

        Assert.Equal("This lead is no longer there.", (await Assert.ThrowsAsync<RuleException>(() => new DeleteRecord(ItemRef.Lead(lead)).RunAsync(data.Store, data.Ben))).Message);
        await new RestoreRecord(ItemRef.Lead(lead)).RunAsync(data.Store, data.Anna);
        Assert.Equal("Ana Núñez has been brought back already.", (await Assert.ThrowsAsync<RuleException>(() => new RestoreRecord(ItemRef.Lead(lead)).RunAsync(data.Store, data.Ben))).Message);
        Assert.Equal("This lead is gone for good.", (await Assert.ThrowsAsync<RuleException>(() => new RestoreRecord(ItemRef.Lead(99)).RunAsync(data.Store, data.Ben))).Message);
        await Assert.ThrowsAsync<AccessDeniedException>(() => new DeleteRecord(ItemRef.Lead(lead)).RunAsync(data.Store, Actor.Visitor));
    }

    [Theory]
    [InlineData(3, 0, 0, false, "Delete Acme and its 3 deals? They can be brought back for 30 days.")]
    [InlineData(1, 2, 1, false, "Delete Acme, its 1 deal, 2 tasks and 1 file? They can be brought back for 30 days.")]
    [InlineData(0, 0, 0, true, "Delete Acme? It can be brought back for 30 days. The client and deal that came from this lead stay.")]
    public void TheQuestionSaysWhatGoesAlong(int deals, int tasks, int files, bool fromLead, string question) =>
        Assert.Equal(question, new GoesAlong("Acme", deals, tasks, files, fromLead).Question(30));

    private sealed record ConvertLeadOf(TestDatabase Data, int Id)
    {
        public async Task RunAsync() => Assert.IsNotType<Refused>(await new Features.Leads.ConvertLead(new MoveLead(Id, LeadStatus.New, LeadStatus.Won, Place.Top, 1), "Ana Núñez", null, "Bookkeeping", 800_00).RunAsync(Data.Store, Data.Anna));
    }

    private static Task<DashboardFigures> FiguresAsync(TestDatabase data) => data.Store.ReadAsync(data.Anna, view => new DashboardQuestion(Period.Default, null, Company).AskAsync(view, default));

    private static Task<(int Clients, int Deals, int Tasks)> CountsAsync(TestDatabase data) => data.Store.ReadAsync(data.Ben, async view =>
        (await view.Clients.CountAsync(), await view.Deals.CountAsync(), await view.Tasks.CountAsync()));

    private static async Task<int> TaskAsync(TestDatabase data, Action<TaskItem> of)
    {
        var task = new TaskItem { Title = "Call back", DueOn = Today, CreatedAt = data.Clock.GetUtcNow().UtcDateTime };
        of(task);
        await data.Store.WriteAsync(data.Anna, db => Task.FromResult(db.Tasks.Add(task)));
        return task.Id;
    }

    /// <summary>A client with a won deal over 700 dollars and an open one.</summary>
    private static async Task<(int Client, int Won, int Open)> ClientWithDealsAsync(TestDatabase data)
    {
        var client = new Client { Name = "Acme", Email = "acme@example.com", JoinedAt = data.Clock.GetUtcNow().UtcDateTime };
        var won = await data.AddDealAsync("Payroll", client: client);
        var open = await data.AddDealAsync("Taxes", with: d => d.ClientId = client.Id);
        await data.Store.WriteAsync(data.Anna, async db => db.Activities.Add((await db.Deals.SingleAsync(d => d.Id == won)).MoveTo(DealStage.ClosedWon, "i", data.Anna, db.Now, new Won(700_00, Today))!));
        return (client.Id, won, open);
    }
}
