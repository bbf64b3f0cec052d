using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using KpsCrm.Data;
using KpsCrm.Data.Changes;
using KpsCrm.Data.Security;
using KpsCrm.Web.Live;
using KpsCrm.Web.Tests.Rights;
using KpsCrm.Web.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace KpsCrm.Web.Tests.Live;

/// <summary>A question that reads a table and does not name its topic keeps an open screen at the old answer.</summary>
public sealed partial class QuestionTopicsTests
{
    [Fact]
    public async Task EveryQuestionNamesTheTopicOfEachTableItReads()
    {
        await using var data = await TestDatabase.CreateAsync(DatabaseProvider.Sqlite);
        var topics = await data.Store.ReadAsync(Actor.System, view => Task.FromResult(TopicsOfTables(view.Db)));
        using var commands = new Commands();

        var missing = new SortedSet<string>();
        foreach (var question in RightsWalkTests.Questions.Values.SelectMany(q => q))
        {
            var named = (Topics)Face(question).GetProperty(nameof(IQuestion<>.Of))!.GetValue(question)!;
            foreach (var table in (await commands.OfAsync(() => AskAsync(data, question))).SelectMany(TablesIn).Distinct())
            {
                var topic = table.EndsWith("_search", StringComparison.Ordinal) || table.EndsWith("_names", StringComparison.Ordinal) ? Topics.Activities : topics.GetValueOrDefault(table);
                if (topic != Topics.None && (named & topic) == 0)
                    missing.Add($"{question.GetType().Name} reads {table} and names {named}.");
            }
        }

        Assert.Equal([], missing);
    }

    private static Task AskAsync(TestDatabase data, object question) => data.Store.ReadAsync(data.Admin, async view =>
    {
        await (Task)Face(question).GetMethod(nameof(IQuestion<>.AskAsync))!.Invoke(question, [view, CancellationToken.None])!;
        return true;
    });

    private static Type Face(object question) => typeof(IQuestion<>).MakeGenericType(RightsWalkTests.AnswerOf(question.GetType())!);

    private static Dictionary<string, Topics> TopicsOfTables(CrmDbContext db) => db.Model.GetEntityTypes().Where(t => t.GetTableName() is not null && !t.ClrType.IsAbstract)
        .GroupBy(t => t.GetTableName()!).ToDictionary(t => t.Key, t => CrmDbContext.TopicOf(RuntimeHelpers.GetUninitializedObject(t.First().ClrType)));

    /// <summary>The text index holds notes, too. What waits to be indexed is looked for in all kinds of records, for the words of their names.</summary>
    private static IEnumerable<string> TablesIn(string sql) => sql.Contains("_docsize") ? [] : Table().Matches(sql).Select(m => m.Groups[1].Value);

    [GeneratedRegex("""\b(?:FROM|JOIN) "?(\w+)""")]
    private static partial Regex Table();

    /// <summary>What Entity Framework sends to any database; told apart by who asked.</summary>
    private sealed class Commands : IObserver<DiagnosticListener>, IObserver<KeyValuePair<string, object?>>, IDisposable
    {
        private static readonly AsyncLocal<ConcurrentQueue<string>?> Asked = new();
        private readonly List<IDisposable> _subscriptions = [];

        public Commands() => _subscriptions.Add(DiagnosticListener.AllListeners.Subscribe(this));

        public async Task<IReadOnlyCollection<string>> OfAsync(Func<Task> ask)
        {
            var commands = Asked.Value = [];
            await ask();
            Asked.Value = null;
            return commands;
        }

        public void OnNext(DiagnosticListener value)
        {
            if (value.Name == DbLoggerCategory.Name)
                _subscriptions.Add(value.Subscribe(this));
        }

        public void OnNext(KeyValuePair<string, object?> value)
        {
            if (value.Value is CommandEventData command and not CommandExecutedEventData)
                Asked.Value?.Enqueue(command.Command.CommandText);
        }

        public void Dispose() => _subscriptions.ForEach(s => s.Dispose());
        public void OnCompleted() { }
        public void OnError(Exception error) { }
    }
}
