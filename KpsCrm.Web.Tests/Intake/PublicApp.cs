using System.Net.Http.Json;
using System.Text.Json;
using KpsCrm.Data.Leads;
using KpsCrm.Data.Security;
using KpsCrm.Web.Tests.Intake;
using KpsCrm.Web.Tests.Support;
using Microsoft.EntityFrameworkCore;

[assembly: AssemblyFixture(typeof(PublicApp))]

namespace KpsCrm.Web.Tests.Intake;

/// <summary>One program whose door is wide open: tests tell their rows apart by e-mail.</summary>
public sealed class PublicApp : IAsyncLifetime
{
    public const string Friend = "https://www.kps.example";

    private readonly Lazy<Task<CrmApp>> _app = new(() => CrmApp.StartAsync(new()
    {
        ["Intake:RequestsPerMinute"] = "100000",
        ["Intake:MinimumFillSeconds"] = "0",
        ["Intake:AllowedOrigins"] = $"{Friend}, https://other.kps.example",
    }));

    public Task<CrmApp> StartedAsync() => _app.Value;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (_app.IsValueCreated)
            await (await _app.Value).DisposeAsync();
    }

    public static string NewEmail() => $"v{Guid.NewGuid():N}@example.com";

    public async Task<Lead?> LeadOfAsync(string email) =>
        await (await StartedAsync()).Store.ReadAsync(Actor.System, view => view.Leads.SingleOrDefaultAsync(l => l.Email == email));

    public async Task<IReadOnlyList<string>> EnquiriesOfAsync(string email) =>
        await (await StartedAsync()).Store.ReadAsync(Actor.System, view => view.Activities.Where(a => a.Lead!.Email == email).OrderBy(a => a.Id).Select(a => a.Detail!).ToListAsync());

    public async Task<string?> HeldReasonOfAsync(string email) =>
        await (await StartedAsync()).Store.ReadAsync(Actor.System, view => view.Quarantine.Where(q => q.Email == email).Select(q => q.Reason).SingleOrDefaultAsync());

    public async Task<HttpResponseMessage> PostAsync(string path, HttpContent content, params (string Name, string Value)[] headers)
    {
        using var client = (await StartedAsync()).NewClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = content };
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        return await client.SendAsync(request);
    }

    public Task<HttpResponseMessage> PostJsonAsync(string path, object body, params (string Name, string Value)[] headers) => PostAsync(path, JsonContent.Create(body), headers);

    public static async Task<JsonElement> JsonAsync(HttpResponseMessage answer) => JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement;

    public static Dictionary<string, string> FormOf(string email) => new()
    {
        ["_handler"] = "contact",
        ["Input.Name"] = "Ana",
        ["Input.Email"] = email,
        ["Input.Consent"] = "true",
    };
}
