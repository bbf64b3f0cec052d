using MudBlazor;

namespace KpsCrm.Web.Features.Pipeline;

/// <summary>Tells what others did, a few at a time: a burst ends in "12 more changes".</summary>
internal sealed class Toasts(ISnackbar snackbar, TimeProvider clock)
{
    private const int Most = 3;
    private const string Rest = "more-changes";
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(5);

    private DateTimeOffset _since;
    private int _told;

    /// <returns>What to speak, if anything.</returns>
    public string? Tell(IReadOnlyList<string> sentences)
    {
        if (sentences.Count == 0)
            return null;
        if (clock.GetUtcNow() - _since > Window)
            (_since, _told) = (clock.GetUtcNow(), 0);

        var shown = sentences.Take(Math.Max(0, Most - _told)).ToList();
        foreach (var sentence in shown)
            snackbar.Add(sentence, Severity.Normal);
        _told += sentences.Count;

        var more = _told - Most;
        var rest = more > 0 ? Words.Count(more, "more change") : null;
        if (rest is not null)
        {
            snackbar.RemoveByKey(Rest);
            snackbar.Add(rest, Severity.Normal, key: Rest);
        }
        return string.Join(". ", rest is null ? shown : [.. shown, rest]);
    }
}
