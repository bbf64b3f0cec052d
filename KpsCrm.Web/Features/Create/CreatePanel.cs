namespace KpsCrm.Web.Features.Create;

public enum PanelKind
{
    Lead,
    Client,
    Deal,
    Task,
}

/// <summary>What the side panel shows.</summary>
/// <param name="Id">The record to edit; null for a new one.</param>
/// <param name="Start">What stands in the form's fields to begin with, by their keys: <c>stage</c> → <c>review</c>, <c>client</c> → <c>12</c>.</param>
public sealed record PanelRequest(PanelKind Kind, int? Id, IReadOnlyDictionary<string, string> Start)
{
    private static readonly string[] Relations = ["lead", "client", "deal"];

    /// <summary>"deal"</summary>
    public string Noun => Data.Columns.Word(Kind);

    /// <summary>Where the draft is kept: what is begun for one client is not offered for another.</summary>
    public string Slot => string.Join(':', [Noun, Id?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "new", .. Relations.Where(Start.ContainsKey).Select(r => r + Start[r])]);
}

/// <summary>The one side panel of a window, in which leads, clients, deals and tasks are made and changed. Any page, button or key opens it.</summary>
public sealed class CreatePanel
{
    public PanelRequest? Current { get; private set; }

    /// <summary>For the one component that shows the panel.</summary>
    internal event Action? Changed;

    public void Open(PanelKind kind, params (string Field, string? Value)[] start) =>
        Show(new(kind, null, start.Where(s => !string.IsNullOrEmpty(s.Value)).ToDictionary(s => s.Field, s => s.Value!)));

    public void Edit(PanelKind kind, int id) => Show(new(kind, id, new Dictionary<string, string>()));

    internal void Show(PanelRequest? request)
    {
        Current = request;
        Changed?.Invoke();
    }

    internal void Close() => Show(null);
}

public static class CreateServices
{
    public static IServiceCollection AddCreate(this IServiceCollection services) => services.AddScoped<CreatePanel>().AddSingleton<Duplicates.Recognition>();
}
