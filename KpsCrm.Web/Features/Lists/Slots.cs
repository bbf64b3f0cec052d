namespace KpsCrm.Web.Features.Lists;

/// <summary>
/// Gives each record on show a place in the page's markup and keeps it there; one that leaves gives its place to one that comes. So another page of a list changes
/// texts where it would otherwise build fifty rows anew, which takes a browser four times as long.
/// </summary>
public sealed class Slots
{
    private Dictionary<int, int> _held = [];

    public int Of(int id) => _held[id];

    public void Hold(IEnumerable<int> ids)
    {
        int[] shown = [.. ids];
        var staying = shown.Where(_held.ContainsKey).ToDictionary(id => id, id => _held[id]);
        var free = Enumerable.Range(0, _held.Count + shown.Length).Except(staying.Values);
        _held = staying.Concat(shown.Except(staying.Keys).Zip(free, KeyValuePair.Create)).ToDictionary();
    }
}
