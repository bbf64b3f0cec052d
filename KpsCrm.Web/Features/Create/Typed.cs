namespace KpsCrm.Web.Features.Create;

/// <summary>What stands in a form, by the keys of its fields, and what stood there to begin with.</summary>
public sealed class Typed(IReadOnlyDictionary<string, string> start)
{
    /// <summary>Kept with the draft: what is sent again after a lost answer is done once.</summary>
    public const string RequestKey = "request";

    private readonly Dictionary<string, string> _start = new(start);
    private readonly Dictionary<string, string> _now = new(start);

    public string this[string key]
    {
        get => _now.GetValueOrDefault(key, "");
        set => _now[key] = value;
    }

    public string Start(string key) => _start.GetValueOrDefault(key, "");

    /// <summary>What another saved meanwhile stands there to begin with from now on.</summary>
    public void SetStart(string key, string? value) => _start[key] = value ?? "";

    public bool IsChanged(string key) => this[key].Trim() != Start(key).Trim();

    public bool IsDirty => _now.Keys.Any(key => key != RequestKey && IsChanged(key));

    public IReadOnlyDictionary<string, string> All => _now;

    /// <summary>Takes over what a draft kept, and says whether that was more than stood there anyway.</summary>
    public bool Restore(IReadOnlyDictionary<string, string>? draft)
    {
        foreach (var (key, text) in draft ?? new Dictionary<string, string>())
            this[key] = text;
        return IsDirty;
    }

    public void Discard()
    {
        _now.Clear();
        foreach (var (key, text) in _start)
            _now[key] = text;
    }
}
