using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Http.Json;
using KpsCrm.Data;
using KpsCrm.Data.Activities;
using KpsCrm.Data.Security;
using Microsoft.EntityFrameworkCore;

namespace KpsCrm.Web.Tests.Faults;

/// <summary>Visitors and people at a server, who note down what was acknowledged to them, until it answers no more.</summary>
internal sealed class Traffic
{
    private readonly ConcurrentDictionary<string, bool> _enquiries = new();
    private readonly ConcurrentDictionary<int, int> _moves = new();
    private readonly ConcurrentDictionary<int, int> _conversions = new();
    private readonly ConcurrentDictionary<int, bool> _files = new();
    private int _acknowledged;
    private int _enquiry;
    private int _nextLead;

    public int Acknowledged => Volatile.Read(ref _acknowledged);

    /// <summary>Eight at once, each one act after the other.</summary>
    public async Task RunAsync(ServerProcess server, CancellationToken stop)
    {
        using var client = server.NewClient();
        await Task.WhenAll(new Func<HttpClient, Task>[] { EnquireAsync, EnquireAsync, EnquireAsync, MoveAsync, MoveAsync, ConvertAsync, ConvertAsync, AttachAsync }.Select(async person =>
        {
            try
            {
                while (!stop.IsCancellationRequested)
                {
                    var before = Acknowledged;
                    await person(client);
                    // Nobody hammers at a server that refuses.
                    if (Acknowledged == before)
                        await Task.Delay(20, CancellationToken.None);
                }
            }
            catch (HttpRequestException)
            {
                // Gone: whether the last act was done nobody knows, and nobody was told.
            }
        }));
    }

    /// <summary>What has been acknowledged until now.</summary>
    public Traffic Snapshot()
    {
        var until = new Traffic { _acknowledged = Acknowledged };
        foreach (var (from, to) in new[] { (_moves, until._moves), (_conversions, until._conversions) })
        {
            foreach (var (key, value) in from)
                to[key] = value;
        }
        foreach (var key in _enquiries.Keys)
            until._enquiries[key] = true;
        foreach (var file in _files.Keys)
            until._files[file] = true;
        return until;
    }

    /// <summary>V1: one sentence for each act that was acknowledged and isn't there.</summary>
    public Task<IReadOnlyList<string>> LostAsync(CrmStore store) => store.ReadAsync<IReadOnlyList<string>>(Actor.System, async view =>
    {
        var visitors = (await view.Db.Leads.Select(l => l.Email).ToListAsync()).ToHashSet();
        var deals = await view.Db.Deals.ToDictionaryAsync(d => d.Id);
        var moved = (await view.Db.Activities.Where(a => a.Kind == ActivityKind.Moved && a.DealId != null).Select(a => a.DealId!.Value).ToListAsync()).CountBy(id => id).ToDictionary();
        var files = (await view.Db.Attachments.Select(f => f.Id).ToListAsync()).ToHashSet();
        return
        [
            .. _enquiries.Keys.Where(email => !visitors.Contains(email)).Select(email => $"The enquiry of {email} was acknowledged and is lost."),
            .. _moves.Where(m => !deals.TryGetValue(m.Key, out var deal) || deal.Version < m.Value || moved.GetValueOrDefault(m.Key) < m.Value - 1).Select(m => $"A move of deal {m.Key} to version {m.Value} was acknowledged and is lost."),
            .. _conversions.Where(c => deals.GetValueOrDefault(c.Value)?.LeadId != c.Key).Select(c => $"The conversion of lead {c.Key} was acknowledged and is lost."),
            .. _files.Keys.Where(id => !files.Contains(id)).Select(id => $"File {id} was acknowledged and is lost."),
        ];
    });

    private async Task EnquireAsync(HttpClient client)
    {
        var n = Interlocked.Increment(ref _enquiry);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/contact") { Content = JsonContent.Create(new { name = $"Visitor {n}", email = $"v{n}@example.com", service = "HR Services", message = new string('x', n % 900) }) };
        request.Headers.Add("Idempotency-Key", $"kill-{n}");
        var answer = await client.SendAsync(request);
        if (!answer.IsSuccessStatusCode)
            return;
        Note(() => _enquiries[$"v{n}@example.com"] = true);
        Interlocked.Exchange(ref _nextLead, n);
    }

    private async Task MoveAsync(HttpClient client)
    {
        if (await PostAsync(client, "deal", 1) is not { } deal)
            return;
        for (var i = 0; i < 5; i++)
        {
            if (await PostAsync(client, "move", deal) is { } version)
                Note(() => _moves[deal] = version);
        }
    }

    private async Task ConvertAsync(HttpClient client)
    {
        var lead = Random.Shared.Next(1, Math.Max(2, Volatile.Read(ref _nextLead)));
        if (await PostAsync(client, "convert", lead) is { } deal)
            Note(() => _conversions[lead] = deal);
    }

    private async Task AttachAsync(HttpClient client)
    {
        if (await PostAsync(client, "file", Random.Shared.Next(1, Math.Max(2, Volatile.Read(ref _nextLead)))) is { } file)
            Note(() => _files[file] = true);
    }

    private static async Task<int?> PostAsync(HttpClient client, string what, int n)
    {
        var answer = await client.PostAsync($"/test/{what}?n={n}", null);
        return answer.IsSuccessStatusCode && int.TryParse(await answer.Content.ReadAsStringAsync(), CultureInfo.InvariantCulture, out var number) ? number : null;
    }

    private void Note(Action note)
    {
        note();
        Interlocked.Increment(ref _acknowledged);
    }
}
