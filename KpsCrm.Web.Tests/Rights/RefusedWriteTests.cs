using System.Reflection;
using KpsCrm.Data;
using KpsCrm.Data.Changes;
using KpsCrm.Data.Deals;
using KpsCrm.Data.Files;
using KpsCrm.Data.Leads;
using KpsCrm.Data.Security;
using KpsCrm.Data.Users;
using KpsCrm.Web.Features.Activities;
using KpsCrm.Web.Features.Create;
using KpsCrm.Web.Features.Files;
using KpsCrm.Web.Features.Leads;
using KpsCrm.Web.Features.Lists;
using KpsCrm.Web.Features.Pipeline;
using KpsCrm.Web.Features.Records;
using KpsCrm.Web.Features.Recycling;
using KpsCrm.Web.Features.Tasks;
using KpsCrm.Web.Shared;
using KpsCrm.Web.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace KpsCrm.Web.Tests.Rights;

/// <summary>A01, A04, A07: what is out of Anna's reach stays as Ben left it, whatever she tries, and nobody is told of it.</summary>
public partial class RefusedWriteTests
{
    private static readonly CompanyOptions Company = new();

    /// <summary>Each command that changes a record, tried on one of Ben's.</summary>
    private static readonly Dictionary<string, Func<Firm, TestDatabase, Task<object?>>> Attempts = new()
    {
        ["MoveDeal"] = async (f, d) => await new MoveDeal(f.Deal, DealStage.Proposal, DealStage.Review, Place.Top, await f.VersionAsync(d)).RunAsync(d.Store, d.Anna),
        ["MoveDeal within its column"] = async (f, d) => await new MoveDeal(f.Deal, DealStage.Proposal, DealStage.Proposal, Place.Last, await f.VersionAsync(d)).RunAsync(d.Store, d.Anna),
        ["MoveLead"] = async (f, d) => await new MoveLead(f.Lead, LeadStatus.New, LeadStatus.Contacted, Place.Top, 1).RunAsync(d.Store, d.Anna),
        ["ConvertLead"] = async (f, d) => await new ConvertLead(new(f.Lead, LeadStatus.New, LeadStatus.Won, Place.Top, 1), "Stolen", null, "Deal", 1).RunAsync(d.Store, d.Anna),
        ["UndoConvert"] = (f, d) => Done(new UndoConvert(f.Converted).RunAsync(d.Store, d.Anna)),
        ["EditRecord a lead"] = async (f, d) => await new EditRecord(RecordRef.Lead(f.Lead), [new("name", "Ben's lead", "Stolen")]).RunAsync(d.Store, d.Anna),
        ["EditRecord a client"] = async (f, d) => await new EditRecord(RecordRef.Client(f.Client), [new("name", "Ben's client", "Stolen")]).RunAsync(d.Store, d.Anna),
        ["EditRecord a deal"] = async (f, d) => await new EditRecord(RecordRef.Deal(f.Deal), [new("title", "Ben's deal", "Stolen")]).RunAsync(d.Store, d.Anna),
        ["EditRecord the owner"] = async (f, d) => await new EditRecord(RecordRef.Deal(f.Deal), [new("owner", "4", "3")]).RunAsync(d.Store, d.Anna),
        ["BulkChange"] = async (f, d) => await new BulkChange<LeadRow>(new LeadList(Company, null!, d.Store), new("owner", _ => "4", _ => "Ben Brooks"), "3").RunAsync(d.Store, d.Anna, await f.RowsAsync(d)),
        ["BulkChange by moving"] = async (f, d) => await new BulkChange<LeadRow>(new LeadList(Company, null!, d.Store), null, "qualified", (who, row) => new MoveLead(row.Id, row.Status, LeadStatus.Qualified, Place.Top, row.Version).RunAsync(d.Store, who)).RunAsync(d.Store, d.Anna, await f.RowsAsync(d)),
        ["DeleteRecord a lead"] = async (f, d) => await new DeleteRecord(ItemRef.Lead(f.Lead)).RunAsync(d.Store, d.Anna),
        ["DeleteRecord a client"] = async (f, d) => await new DeleteRecord(ItemRef.Client(f.Loner)).RunAsync(d.Store, d.Anna),
        ["DeleteRecord a deal"] = async (f, d) => await new DeleteRecord(ItemRef.Deal(f.Deal)).RunAsync(d.Store, d.Anna),
        ["DeleteRecord a task"] = async (f, d) => await new DeleteRecord(new(ItemKind.Task, f.OpenTask)).RunAsync(d.Store, d.Anna),
        ["DeleteRecord a file"] = async (f, d) => await new DeleteRecord(new(ItemKind.File, f.File)).RunAsync(d.Store, d.Anna),
        ["RestoreRecord"] = async (f, d) => await new RestoreRecord(ItemRef.Deal(f.Binned)).RunAsync(d.Store, d.Anna),
        ["RestoreRecord a task"] = async (f, d) => await new RestoreRecord(new(ItemKind.Task, f.BinnedTask)).RunAsync(d.Store, d.Anna),
        ["AddNote"] = (f, d) => Done(new AddNote(RecordRef.Deal(f.Deal), "Was here, @Maria Manager").RunAsync(d.Store, d.Anna)),
        ["CorrectNote"] = (f, d) => Done(new CorrectNote(f.Note, "Was never here").RunAsync(d.Store, d.Anna)),
        ["LogCall"] = (f, d) => Done(new LogCall(RecordRef.Lead(f.Lead), CallOutcome.Reached, "Hello").RunAsync(d.Store, d.Anna)),
        ["PlanTask"] = async (f, d) => await new PlanTask(RecordRef.Client(f.Client), Plan(2)).RunAsync(d.Store, d.Anna, Company),
        ["EditTask"] = async (f, d) => await Done(new EditTask(f.OpenTask, await f.TaskVersionAsync(d), Plan(2)).RunAsync(d.Store, d.Anna, Company)),
        ["FinishTask"] = (f, d) => Done(new FinishTask(f.OpenTask).RunAsync(d.Store, d.Anna)),
        ["ReopenTask"] = (f, d) => Done(new ReopenTask(f.DoneTask).RunAsync(d.Store, d.Anna)),
        ["AddFile"] = async (f, d) => await new AddFile(d.Provided.GetRequiredService<FileStore>(), d.Store).RunAsync(d.Anna, ItemRef.Deal(f.Deal), "a.txt", new MemoryStream("x"u8.ToArray())),
    };

    /// <summary>What would tie something of Anna's to something of Ben's that she doesn't see.</summary>
    private static readonly Dictionary<string, Func<Firm, TestDatabase, Task<object?>>> Ties = new()
    {
        ["EditRecord"] = async (f, d) => await new EditRecord(RecordRef.Deal(f.Annas), [new("client", null, $"{f.Client}")]).RunAsync(d.Store, d.Anna),
        ["ConvertLead"] = async (f, d) => await new ConvertLead(new(f.AnnasLead, LeadStatus.New, LeadStatus.Won, Place.Top, 1), "", null, "Deal", 1, f.Client).RunAsync(d.Store, d.Anna),
        ["CreateRecord"] = async (f, d) => await new CreateRecord(RecordKind.Deal, new Dictionary<string, string> { ["title"] = "Mine", ["client"] = $"{f.Client}" }, "r1").RunAsync(d.Store, d.Anna),
    };

    /// <summary>Commands that are about no record of a colleague: one's own bell, views and account, or for admins.</summary>
    private static readonly string[] NotAboutRecords = ["MarkRead", "SkipFirstSteps", "SaveView", "ChangeView", "DeleteView", "SetDefaultView", "ChangeName", "ChooseNews", "EndSessions", "HandOver", "TryMailAgain", "SendTestMail", "DismissSuspicion", "SetRights", "ChangeGuard", "ChangeBackupChoices", "SetBackupPassphrase", "CreateTeam", "RenameTeam", "DeleteTeam", "SetTeam"];

    public static TheoryData<DatabaseProvider, string> All => Each(Attempts.Keys);

    public static TheoryData<DatabaseProvider, string> AllTies => Each(Ties.Keys);

    [Theory, MemberData(nameof(All))]
    public async Task WhatIsOutOfSightIsNoLongerThere(DatabaseProvider provider, string command)
    {
        await using var data = await TestDatabase.CreateAsync(provider);
        var firm = await Firm.OpenAsync(data, new() { Role = Role.Sales, Sees = Scope.Own, Changes = Scope.Own });

        var refusal = await AssertRefusedAsync(data, firm, Attempts[command]);

        Assert.DoesNotContain("Ben", refusal, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(All))]
    public async Task WhatIsSeenButNotToBeChangedStaysAsItIs(DatabaseProvider provider, string command)
    {
        await using var data = await TestDatabase.CreateAsync(provider);
        var firm = await Firm.OpenAsync(data, new() { Role = Role.Sales, Sees = Scope.All, Changes = Scope.Own });

        Assert.Contains("change", await AssertRefusedAsync(data, firm, Attempts[command]), StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(AllTies))]
    public async Task NothingIsTiedToWhatIsOutOfSight(DatabaseProvider provider, string command)
    {
        await using var data = await TestDatabase.CreateAsync(provider);
        var firm = await Firm.OpenAsync(data, new() { Role = Role.Sales, Sees = Scope.Own, Changes = Scope.Own });

        Assert.DoesNotContain("Ben", await AssertRefusedAsync(data, firm, Ties[command]), StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task WithoutTheRightToDeleteOnesOwnStays(DatabaseProvider provider)
    {
        await using var data = await TestDatabase.CreateAsync(provider);
        var firm = await Firm.OpenAsync(data, new() { Role = Role.Sales, MayDelete = false });

        foreach (var item in new[] { ItemRef.Lead(firm.AnnasLead), ItemRef.Deal(firm.Annas), ItemRef.Client(firm.Client), new(ItemKind.File, firm.File) })
            Assert.Contains("right to delete", await AssertRefusedAsync(data, firm, async (_, d) => await new DeleteRecord(item).RunAsync(d.Store, d.Anna)), StringComparison.Ordinal);
        await new DeleteRecord(new(ItemKind.Task, firm.OpenTask)).RunAsync(data.Store, data.Anna);
    }

    [Fact]
    public async Task WithoutTheRightToExportNothingIsTakenOut()
    {
        await using var data = await TestDatabase.CreateAsync();
        await Firm.OpenAsync(data, new() { Role = Role.Sales, MayExport = false });

        var anna = await data.Store.PresentAsync(data.Anna);
        Assert.Throws<AccessDeniedException>(() => Gate.DemandExport(anna));
        Gate.DemandExport(await data.Store.PresentAsync(data.Manager));
    }

    [Fact]
    public async Task WhoseTaskItIsFinishesItAtAColleaguesRecord()
    {
        await using var data = await TestDatabase.CreateAsync();
        var firm = await Firm.OpenAsync(data, new() { Role = Role.Sales, Sees = Scope.All, Changes = Scope.Own });
        var task = await new PlanTask(RecordRef.Deal(firm.Deal), Plan(3)).RunAsync(data.Store, data.Ben, Company);

        await new FinishTask(task).RunAsync(data.Store, data.Anna);

        Assert.True(await data.Store.ReadAsync(data.Ben, view => view.Tasks.AnyAsync(t => t.Id == task && t.DoneById == 3)));
    }

    [Fact]
    public void EveryCommandIsTried()
    {
        var commands = typeof(MoveDeal).Assembly.GetTypes().Where(t => t.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly)
            .Any(m => m.Name == "RunAsync" && m.GetParameters().Any(p => p.ParameterType == typeof(Actor)))).Select(t => t.Name.Split('`')[0]);

        Assert.Equal("", string.Join(", ", commands.Except(NotAboutRecords).Except(Attempts.Keys.Concat(Ties.Keys).Select(k => k.Split(' ')[0]))));
    }

    private static async Task<string> AssertRefusedAsync(TestDatabase data, Firm firm, Func<Firm, TestDatabase, Task<object?>> attempt)
    {
        var (before, version) = (await EverythingAsync(data), data.Feed.VersionOf(Topics.All));

        var refusal = await RefusalAsync(() => attempt(firm, data));

        Assert.Equal(before, await EverythingAsync(data));
        Assert.Equal(version, data.Feed.VersionOf(Topics.All));
        return refusal;
    }

    private static async Task<string> RefusalAsync(Func<Task<object?>> attempt)
    {
        try
        {
            return await attempt() switch
            {
                Refused refused => refused.Sentence,
                RecordGone gone => gone.Sentence,
                Unreadable unreadable => unreadable.Problems[0].Sentence,
                Unfinished unfinished => unfinished.Problems[0].Sentence,
                BulkResult<LeadRow> { Done: [], Left: [var (_, why), ..] } => why,
                var done => throw new InvalidOperationException($"It was not refused: {done}"),
            };
        }
        catch (Exception e) when (e is RuleException or AccessDeniedException)
        {
            return e.Message;
        }
    }

    /// <summary>Every row of every table, and every file.</summary>
    private static Task<List<string>> EverythingAsync(TestDatabase data) => data.Store.ReadAsync(Actor.System, async view =>
    {
        var all = new List<string>();
        await AddAsync(view.Db.Leads);
        await AddAsync(view.Db.Clients);
        await AddAsync(view.Db.Deals);
        await AddAsync(view.Db.Activities);
        await AddAsync(view.Db.Tasks);
        await AddAsync(view.Db.Attachments);
        await AddAsync(view.Db.Notifications);
        await AddAsync(view.Db.OutgoingMails);
        await AddAsync(view.Db.SecurityLogs);
        await AddAsync(view.Db.AnalyticsEvents);
        all.AddRange(Directory.Exists(data.Options.Files) ? Directory.GetFiles(data.Options.Files, "*", SearchOption.AllDirectories).Order() : []);
        return all;

        async Task AddAsync<T>(IQueryable<T> rows) where T : class
        {
            var lines = from row in await rows.IgnoreQueryFilters().AsNoTracking().ToListAsync()
                        let values = view.Db.Entry(row).CurrentValues
                        select $"{typeof(T).Name}: {string.Join(", ", values.Properties.Select(p => $"{p.Name}={values[p]}"))}";
            all.AddRange(lines.Order(StringComparer.Ordinal));
        }
    });

    private static TaskPlan Plan(int owner) => new() { Title = "Call", DueOn = new(2026, 11, 30), OwnerId = owner };

    private static async Task<object?> Done(Task task)
    {
        await task;
        return "done";
    }

    private static TheoryData<DatabaseProvider, string> Each(IEnumerable<string> commands)
    {
        var data = new TheoryData<DatabaseProvider, string>();
        foreach (var command in commands)
        {
            data.Add(DatabaseProvider.Sqlite, command);
            data.Add(DatabaseProvider.Postgres, command);
        }
        return data;
    }
}
