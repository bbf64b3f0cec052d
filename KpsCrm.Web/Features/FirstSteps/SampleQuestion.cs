using KpsCrm.Data.Changes;
using KpsCrm.Data.Security;
using KpsCrm.Web.Live;
using KpsCrm.Web.Shared;
using Microsoft.EntityFrameworkCore;

namespace KpsCrm.Web.Features.FirstSteps;

/// <summary>How many sample rows are among those that people see.</summary>
public sealed record SampleCount(int Leads, int Clients, int Deals, int Tasks)
{
    public static SampleCount None { get; } = new(0, 0, 0, 0);

    /// <summary>There are rows of one's own: no samples will come any more.</summary>
    public bool IsForEver { get; init; }

    public bool IsEmpty => Leads + Clients + Deals + Tasks == 0;

    /// <summary>"61 leads, 26 clients and 47 deals"</summary>
    public string Sentence
    {
        get
        {
            string[] parts = [.. new[] { Of(Leads, "lead"), Of(Clients, "client"), Of(Deals, "deal"), Of(Tasks, "task") }.OfType<string>()];
            return parts switch { [] => "", [var one] => one, [.. var first, var last] => $"{string.Join(", ", first)} and {last}" };
        }
    }

    private static string? Of(int count, string one) => count == 0 ? null : Words.Count(count, one);
}

/// <summary>Counting them reads every row: asked only as long as there can be any.</summary>
public sealed record SampleQuestion : IQuestion<SampleCount>
{
    public Topics Of => SampleWatch.Counted;

    public async Task<SampleCount> AskAsync(CrmView view, CancellationToken cancellationToken)
    {
        var count = new SampleCount(
            await view.Leads.CountAsync(l => l.IsSample, cancellationToken), await view.Clients.CountAsync(c => c.IsSample, cancellationToken),
            await view.Deals.CountAsync(d => d.IsSample, cancellationToken), await view.Tasks.CountAsync(t => t.IsSample, cancellationToken));
        // Who sees a part only can't tell for all.
        return count.IsEmpty && !Gate.IsNarrow(view.Who) ? count with { IsForEver = await view.Leads.AnyAsync(cancellationToken) } : count;
    }
}

/// <summary>Sample data comes into an empty database only: where there are rows but no samples, nobody has to count again.</summary>
public sealed class SampleWatch
{
    internal const Topics Counted = Topics.Settings | Topics.Leads | Topics.Clients | Topics.Deals | Topics.Tasks;

    private readonly LiveAnswers _answers;
    private bool _over;

    public SampleWatch(LiveAnswers answers, ChangeFeed feed)
    {
        _answers = answers;
        // A backup may be of the time when there were some.
        feed.Replaced += () => _over = false;
    }

    /// <summary>What can change the count.</summary>
    public Topics Of => _over ? Topics.Settings : Counted;

    public async ValueTask<SampleCount> CountAsync(Actor who)
    {
        if (_over)
            return SampleCount.None;
        var count = await _answers.AskAsync(who, new SampleQuestion());
        _over = who.Role is not null && count is { IsEmpty: true, IsForEver: true };
        return count;
    }
}
