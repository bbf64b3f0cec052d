using KpsCrm.Data.Changes;
using KpsCrm.Data.Security;
using KpsCrm.Web.Live;
using KpsCrm.Web.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace KpsCrm.Web.Tests.Live;

public class LiveAnswersTests
{
    [Fact]
    public async Task FiftyViewersOfOneQuestionCostOneQueryPerChange()
    {
        await using var data = await TestDatabase.CreateAsync();
        var answers = new LiveAnswers(data.Store, data.Feed, data.Clock);
        var asked = new Counter();

        for (var change = 1; change <= 5; change++)
        {
            await data.AddDealAsync();
            var counts = await Task.WhenAll(Enumerable.Range(0, 50).Select(viewer => answers.AskAsync(viewer % 2 == 0 ? data.Anna : data.Ben, new HowManyDeals(asked))));

            Assert.All(counts, count => Assert.Equal(change, count));
            Assert.Equal(change, asked.Count);
        }
    }

    [Fact]
    public async Task PeopleWithOtherRightsGetAnAnswerOfTheirOwn()
    {
        await using var data = await TestDatabase.CreateAsync();
        await data.AddDealAsync();
        var answers = new LiveAnswers(data.Store, data.Feed, data.Clock);
        var asked = new Counter();

        Assert.Equal(1, await answers.AskAsync(data.Anna, new HowManyDeals(asked)));
        Assert.Equal(0, await answers.AskAsync(Actor.Visitor, new HowManyDeals(asked)));
        Assert.Equal(2, asked.Count);
    }

    [Fact]
    public async Task AChangeDuringAQueryIsNotHiddenByItsAnswer()
    {
        await using var data = await TestDatabase.CreateAsync();
        var answers = new LiveAnswers(data.Store, data.Feed, data.Clock);
        var read = new TaskCompletionSource();
        var go = new TaskCompletionSource();
        var asked = new Counter { Meanwhile = async () => { read.SetResult(); await go.Task; } };
        var early = answers.AskAsync(data.Anna, new HowManyDeals(asked));
        await read.Task;
        asked.Meanwhile = null;

        await data.AddDealAsync();
        var late = answers.AskAsync(data.Ben, new HowManyDeals(asked));
        go.SetResult();

        Assert.Equal(0, await early);
        Assert.Equal(1, await late);
        Assert.Equal(1, await answers.AskAsync(data.Anna, new HowManyDeals(asked)));
    }

    [Fact]
    public async Task AFailedAnswerIsNotKept()
    {
        await using var data = await TestDatabase.CreateAsync();
        var answers = new LiveAnswers(data.Store, data.Feed, data.Clock);
        var asked = new Counter { Meanwhile = () => throw new InvalidOperationException("database away") };

        await Assert.ThrowsAsync<InvalidOperationException>(() => answers.AskAsync(data.Anna, new HowManyDeals(asked)));
        asked.Meanwhile = null;

        Assert.Equal(0, await answers.AskAsync(data.Anna, new HowManyDeals(asked)));
    }

    [Fact]
    public async Task AnswersNobodyAsksForAreForgotten()
    {
        await using var data = await TestDatabase.CreateAsync();
        var answers = new LiveAnswers(data.Store, data.Feed, data.Clock);
        for (var i = 0; i < 20; i++)
            await answers.AskAsync(data.Anna, new HowManyDeals(new Counter()));

        data.Clock.Advance(TimeSpan.FromMinutes(2));
        await answers.AskAsync(data.Anna, new HowManyDeals(new Counter()));

        Assert.Equal(1, answers.Count);
    }

    private sealed class Counter
    {
        public int Count;
        public Func<Task>? Meanwhile;
    }

    private sealed record HowManyDeals(Counter Asked) : IQuestion<int>
    {
        public Topics Of => Topics.Deals;

        public async Task<int> AskAsync(CrmView view, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref Asked.Count);
            var count = await view.Deals.CountAsync(cancellationToken);
            if (Asked.Meanwhile is { } meanwhile)
                await meanwhile();
            return count;
        }
    }
}
