using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using KpsCrm.Data.Changes;
using KpsCrm.Data.Leads;
using KpsCrm.Data.Mail;
using KpsCrm.Data.Security;
using KpsCrm.Web.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace KpsCrm.Web.Tests.Maintenance;

public class LogTests
{
    /// <summary>A visitor writes, a colleague mistypes a password, signs in and works, a mail is refused, a stranger is turned away.</summary>
    [Fact]
    public async Task ADaysLogNamesNobody()
    {
        await using var mail = new SmtpServer { OnRecipient = address => address.StartsWith("ximena", StringComparison.Ordinal) ? $"550 <{address}> is unknown here" : null };
        await using var app = await CrmApp.StartAsync(new() { ["Mail:Host"] = "127.0.0.1", ["Mail:Port"] = $"{mail.Port}", ["Mail:Security"] = "None", ["Proxy:Trusted"] = "127.0.0.1", ["Log:File"] = "Both", ["Intake:RequestsPerMinute"] = "1" });
        using var visitor = app.NewClient();
        visitor.DefaultRequestHeaders.Add("X-Forwarded-For", "203.0.113.77");
        Assert.Equal(HttpStatusCode.OK, (await visitor.PostAsJsonAsync("/api/contact", new { name = "Ximena Quispe", email = "ximena@quispe.example", phone = "(214) 555-0177", company = "Quispe Hnos", consent = true })).StatusCode);
        Assert.Equal(HttpStatusCode.TooManyRequests, (await visitor.PostAsJsonAsync("/api/contact", new { name = "Ximena Quispe", email = "ximena@quispe.example", consent = true })).StatusCode);
        await CrmApp.PostFormAsync(visitor, "/sign-in", new() { ["_handler"] = "sign-in", ["Input.Email"] = "manager@kps.example", ["Input.Password"] = "wrong" });
        using var anna = await app.SignInAsync();
        await anna.GetAsync("/leads/1");
        await anna.GetAsync("/settings/mail");
        var actor = await app.ActorAsync("anna@kps.example");
        await app.Store.WriteAsync(actor, async db => (await db.Leads.SingleAsync()).MoveTo(LeadStatus.Contacted, "k", actor, db.Now));
        await UntilAsync(app, Topics.Mail, view => view.Mails.AnyAsync(m => m.State == MailState.Refused));
        await app.StopAsync();

        var log = string.Concat(Directory.GetFiles(Path.Combine(app.Folder, "logs")).Select(File.ReadAllText));
        Assert.Contains("was refused for good", log);
        foreach (var personal in new[] { "Ximena", "Quispe", "quispe.example", "555-0177", "2145550177", "anna@", "manager@", "Anna Alvarez", "203.0.113.77" })
            Assert.DoesNotContain(personal, log, StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>Whoever must block an attacker reads the log, with a program or by eye; only there an address is named.</summary>
    [Fact]
    public async Task ASuspicionNamesTheAddressItComesFromAndNoMail()
    {
        await using var app = await CrmApp.StartAsync(new() { ["Proxy:Trusted"] = "127.0.0.1", ["Intake:RequestsPerMinute"] = "20" });
        await app.Store.WriteAsync(Actor.System, db =>
        {
            for (var i = 0; i < 60; i++)
            {
                db.AuditFor(new Actor(null, "Website visitor", null) { From = new("203.0.113.77", "curl") }, SecurityEvents.LoginFailure, $"account/person{i}@kps.example");
                db.AuditFor(new Actor(null, "Website visitor", null) { From = new("203.0.113.77", "curl") }, SecurityEvents.LoginFailure, "account/anna@kps.example");
            }
            return Task.CompletedTask;
        });
        await UntilAsync(app, Topics.Security, view => view.SecurityLogs.AnyAsync(l => l.EventType == SecurityEvents.Suspicious && l.Subject!.StartsWith("spraying/")));
        await app.StopAsync();

        var lines = Directory.GetFiles(Path.Combine(app.Folder, "logs")).SelectMany(File.ReadAllLines).ToList();
        Assert.Contains(lines, l => l.Contains("Suspicious: ", StringComparison.Ordinal) && l.Contains("203.0.113.77", StringComparison.Ordinal));
        Assert.DoesNotContain(lines, l => l.Contains("@kps.example", StringComparison.Ordinal));
        Assert.All(lines.Where(l => l.Contains("203.0.113.77", StringComparison.Ordinal)), l => Assert.Contains("Suspicious: ", l));
    }

    [Fact]
    public async Task ASlowStatementIsNamedWithWhoAskedAndWithoutValues()
    {
        await using var app = await CrmApp.StartAsync(new() { ["Log:SlowCommandMilliseconds"] = "0", ["Log:File"] = "Json" });
        using var anna = await app.SignInAsync();
        await anna.GetAsync("/api/analytics?type=dashboard");
        await app.Store.WriteAsync(Actor.System, async db =>
        {
            db.Leads.Add(new Lead { Name = "Ximena Quispe", Email = "ximena@quispe.example", CreatedAt = db.Now });
            await db.Leads.AnyAsync(l => l.Email == "ximena@quispe.example");
        });
        await app.StopAsync();

        var events = Directory.GetFiles(Path.Combine(app.Folder, "logs"), "*.json").SelectMany(File.ReadAllLines).Select(l => JsonDocument.Parse(l).RootElement).ToList();
        var slow = events.Where(e => e.GetProperty("@mt").GetString()!.StartsWith("Slow database command", StringComparison.Ordinal)).ToList();
        Assert.Contains(slow, e => e.GetProperty("Asker").GetString() == "DashboardQuestion" && e.GetProperty("Sql").GetString()!.Contains("deals", StringComparison.Ordinal));
        Assert.Contains(slow, e => e.GetProperty("Asker").GetString() == nameof(LogTests));
        Assert.DoesNotContain(slow, e => e.GetRawText().Contains("quispe", StringComparison.OrdinalIgnoreCase));
        Assert.Empty(Directory.GetFiles(Path.Combine(app.Folder, "logs"), "*.log"));
    }

    private static async Task UntilAsync(CrmApp app, Topics of, Func<CrmView, Task<bool>> isSo)
    {
        var so = new TaskCompletionSource();
        using var subscription = app.Feed.Subscribe(of, async _ => await LookAsync());
        await LookAsync();
        await so.Task.WaitAsync(TimeSpan.FromSeconds(60));

        async Task LookAsync()
        {
            if (await app.Store.ReadAsync(Actor.System, isSo))
                so.TrySetResult();
        }
    }
}
