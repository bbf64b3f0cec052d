using System.Text.Json;
using System.Text.Json.Serialization;
using KpsCrm.Data;
using KpsCrm.Data.Search;
using KpsCrm.Data.Security;
using KpsCrm.Data.Users;
using KpsCrm.Web.Features.Account;
using KpsCrm.Web.Features.Audit;
using KpsCrm.Web.Features.Backups;
using KpsCrm.Web.Features.Bell;
using KpsCrm.Web.Features.Clients;
using KpsCrm.Web.Features.Dashboard;
using KpsCrm.Web.Features.Deals;
using KpsCrm.Web.Features.Duplicates;
using KpsCrm.Web.Features.Files;
using KpsCrm.Web.Features.Finding;
using KpsCrm.Web.Features.FirstSteps;
using KpsCrm.Web.Features.Intake;
using KpsCrm.Web.Features.Leads;
using KpsCrm.Web.Features.Lists;
using KpsCrm.Web.Features.Mail;
using KpsCrm.Web.Features.Pipeline;
using KpsCrm.Web.Features.Records;
using KpsCrm.Web.Features.Recycling;
using KpsCrm.Web.Features.Rights;
using KpsCrm.Web.Features.Tasks;
using KpsCrm.Web.Features.Users;
using KpsCrm.Web.Features.Views;
using KpsCrm.Web.Live;
using KpsCrm.Web.Shared;
using KpsCrm.Web.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace KpsCrm.Web.Tests.Rights;

/// <summary>A05, A13, A14, A17, A24: whatever a screen can ask: Anna, who sees her own or those of her team, as a sales person or a manager, gets the answer that she would get if Ben had nothing.</summary>
public partial class RightsWalkTests
{
    /// <summary>Stands in every word of Ben's.</summary>
    private const string Marker = "zebra";

    private const int Anna = 3;
    private const int Ben = 4;

    /// <summary>The number of each of Ben's rows; Anna's have 1.</summary>
    private const int Bens = 101;

    private static readonly CompanyOptions Company = new();
    private static readonly DateOnly Today = new(2026, 11, 24);
    private static readonly int[] Numbers = [1, 2, Bens, Bens + 1];
    private static readonly ItemRef[] Items = [.. from kind in Enum.GetValues<ItemKind>() from id in Numbers select new ItemRef(kind, id)];
    private static readonly RecordRef[] Records = [.. from kind in Enum.GetValues<RecordKind>() from id in Numbers select new RecordRef(kind, id)];
    private static readonly string[] Words = ["", "acme", "zebra", "zebrq", "zebra acme", "zebra@acme.example", "zebra acme 555"];
    private static readonly JsonSerializerOptions Readable = new() { ReferenceHandler = ReferenceHandler.IgnoreCycles };

    /// <summary>How each question is asked: as widely as it can be, and straight at Ben's.</summary>
    internal static readonly Dictionary<Type, object[]> Questions = new object[][]
    {
        [new PeopleQuestion()],
        [new BellQuestion(Anna), new BellQuestion(Ben)],
        [.. Words.Select(w => new PaletteQuestion(w))],
        [.. Words.Select(w => new SimilarQuestion(w))],
        [.. Items.Select(i => new SeenQuestion(i))],
        [.. Items.Select(i => new BinnedQuestion(i))],
        [.. Items.Select(i => new GoesAlongQuestion(i))],
        [.. Words.Select(w => new BinListQuestion(new(null, w, 1)))],
        [.. Lists().Select(q => new ClientsQuestion(ClientFilter.Of(q), ListPlace.Of(q), Company))],
        [.. Lists().Select(q => new ClientsTotalQuestion(ClientFilter.Of(q), Company))],
        [.. Numbers.Select(id => new ClientQuestion(id))],
        [.. Boards().Select(f => new LeadBoardQuestion(f, Deep(7)))],
        [.. Boards().Select(f => new DealBoardQuestion(f, Deep(5), Today))],
        [new SampleQuestion()],
        [new FirstStepsQuestion(Anna)],
        [new WhatIsHeld()],
        [new HowManyAreHeld()],
        [.. new[] { "leads", "clients", "deals", "tasks" }.SelectMany(l => new[] { new ViewsQuestion(l, Anna), new ViewsQuestion(l, Ben) })],
        [.. Items.Select(i => new FilesQuestion(i))],
        [.. Records.Select(r => new TimelineQuestion(r, TimelineKinds.All)), .. Records.Select(r => new TimelineQuestion(r, TimelineKinds.Mails, DownTo: new(DateTime.UnixEpoch, 0)))],
        [.. Words.Select(w => new ClientsNamed(w))],
        [.. Words.SelectMany(w => new[] { new CandidatesQuestion(w, true), new CandidatesQuestion(w, false) })],
        [new UsersQuestion()],
        [new TeamsQuestion()],
        [new RightsQuestion()],
        [new SightQuestion(Ben)],
        [.. Items.Select(i => new OnlookersQuestion(i))],
        [new AccountOfQuestion(Ben)],
        [new RecentQuestion()],
        [new NewestQuestion(Company)],
        [.. new[] { Period.Default, Period.All, new Period("30d") }.SelectMany(p => new[] { new DashboardQuestion(p, null, Company), new DashboardQuestion(p, Ben, Company) })],
        [.. Numbers.Select(id => new LeadQuestion(id))],
        [.. Lists().Select(q => new LeadsQuestion(LeadFilter.Of(q), ListPlace.Of(q), Company))],
        [.. Lists().Select(q => new LeadsTotalQuestion(LeadFilter.Of(q), Company))],
        [.. LeadFilter.Fields.OfType<ValueField>().Select(f => new LeadValuesQuestion(f.Key))],
        [new TasksQuestion(null, Today, null, Company), new TasksQuestion(Ben, Today, null, Company), new TasksQuestion(Anna, Today, DayPart.Later, Company)],
        [new DueCountQuestion(Anna, Today), new DueCountQuestion(Ben, Today)],
        [.. Records.Select(r => new RecordTasksQuestion(r))],
        [.. Numbers.Select(id => new TaskQuestion(id))],
        [new SuspicionsQuestion()],
        [new AuditQuestion(new(), null, Company)],
        [new AuditLineQuestion(1)],
        [new AccountQuestion(Anna)],
        [new MailboxQuestion()],
        [new BackupChoicesQuestion(new())],
        [.. Numbers.Select(id => new DealQuestion(id))],
        [.. Lists().Select(q => new DealsQuestion(DealFilter.Of(q), ListPlace.Of(q), Company))],
        [.. Lists().Select(q => new DealsTotalQuestion(DealFilter.Of(q), Company))],
    }.ToDictionary(all => all[0].GetType());

    [Fact]
    public void EveryQuestionIsAsked()
    {
        var all = typeof(IQuestion<>).Assembly.GetTypes().Where(t => !t.IsAbstract && AnswerOf(t) is not null);

        Assert.Equal([], all.Except(Questions.Keys).Select(t => t.Name));
    }

    public static TheoryData<DatabaseProvider, Role, Scope> NarrowRights =>
        [.. from provider in Enum.GetValues<DatabaseProvider>() from role in new[] { Role.Sales, Role.Manager } from scope in new[] { Scope.Own, Scope.Team } select (provider, role, scope)];

    [Theory, MemberData(nameof(NarrowRights))]
    public async Task EveryAnswerIsAsIfColleaguesHadNothing(DatabaseProvider provider, Role role, Scope scope)
    {
        await using var without = await TestDatabase.CreateAsync(provider);
        await using var with = await TestDatabase.CreateAsync(provider);
        await FillAsync(without, Anna, "anna", 1);
        await FillAsync(with, Anna, "anna", 1);
        await FillAsync(with, Ben, Marker, Bens);
        await NarrowAsync(without, role, scope);
        var anna = await NarrowAsync(with, role, scope);
        await IndexAsync(without);
        await IndexAsync(with);
        var (few, all) = (Answers(without), Answers(with));

        var leaks = new List<string>();
        foreach (var question in Questions.Values.SelectMany(q => q).Where(q => role == Role.Sales || q is not (WhatIsHeld or HowManyAreHeld)))
        {
            var (expected, got) = (await AskAsync(few, anna, question), await AskAsync(all, anna, question));
            if (got.Contains(Marker, StringComparison.OrdinalIgnoreCase) || got != expected)
                leaks.Add($"{question}\n  without Ben: {expected}\n  with Ben:    {got}");
        }

        Assert.True(leaks.Count == 0, string.Join("\n", leaks));
    }

    /// <summary>The walk would find something: with everything in sight, the answers are full of it.</summary>
    [Fact]
    public async Task WhoSeesAllGetsBensAnswers()
    {
        await using var data = await TestDatabase.CreateAsync();
        await FillAsync(data, Ben, Marker, Bens);
        await IndexAsync(data);
        var answers = Answers(data);

        var silent = new List<string>();
        foreach (var (type, questions) in Questions)
        {
            var got = await Task.WhenAll(questions.Select(q => AskAsync(answers, data.Admin, q)));
            if (!got.Any(a => a.Contains(Marker, StringComparison.OrdinalIgnoreCase)))
                silent.Add(type.Name);
        }

        // Numbers, and what is one's own or everybody's.
        string[] expected = [nameof(PeopleQuestion), nameof(BellQuestion), nameof(ClientsTotalQuestion), nameof(SampleQuestion), nameof(FirstStepsQuestion), nameof(HowManyAreHeld), nameof(ViewsQuestion), nameof(UsersQuestion), nameof(AccountOfQuestion),
            nameof(LeadsTotalQuestion), nameof(DueCountQuestion), nameof(SuspicionsQuestion), nameof(AccountQuestion), nameof(DealsTotalQuestion),
            nameof(TeamsQuestion), nameof(RightsQuestion), nameof(SightQuestion), nameof(OnlookersQuestion), nameof(BackupChoicesQuestion)];
        Assert.Equal(expected.Order(), silent.Order());
    }

    private static Task IndexAsync(TestDatabase data) => data.Provided.GetRequiredService<SearchIndex>().CatchUpAsync();

    private static LiveAnswers Answers(TestDatabase data) => new(data.Store, data.Feed, data.Clock);

    internal static Type? AnswerOf(Type question) => question.GetInterfaces().FirstOrDefault(i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(IQuestion<>))?.GetGenericArguments()[0];

    private static async Task<string> AskAsync(LiveAnswers answers, Actor who, object question)
    {
        var ask = typeof(LiveAnswers).GetMethod(nameof(LiveAnswers.AskAsync))!.MakeGenericMethod(AnswerOf(question.GetType())!);
        var task = (Task)ask.Invoke(answers, [who, question])!;
        await task;
        return JsonSerializer.Serialize((object?)((dynamic)task).Result, Readable);
    }

    private static IEnumerable<ListQuery> Lists() => new[] { "", "?q=acme", "?q=zebra", "?q=zebrq", "?owner=4", "?sort=owner", "?sort=-name" }.Select(q => new ListQuery(q));

    private static IEnumerable<Filter> Boards() => [new(), new(Ben), new(null, "acme"), new(null, "zebra")];

    private static Depths Deep(int columns) => new(Enumerable.Repeat(24, columns));
}
