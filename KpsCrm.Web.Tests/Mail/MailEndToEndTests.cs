using System.Net.Http.Json;
using KpsCrm.Data.Changes;
using KpsCrm.Data.Mail;
using KpsCrm.Data.Security;
using KpsCrm.Web.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Playwright;
using MimeKit;
using static Microsoft.Playwright.Assertions;

namespace KpsCrm.Web.Tests.Mail;

public class MailEndToEndTests
{
    private static Dictionary<string, string?> To(SmtpServer server) => new() { ["Mail:Host"] = "127.0.0.1", ["Mail:Port"] = server.Port.ToString(), ["Mail:Security"] = "None", ["Mail:SalesAddress"] = "sales@firm.example" };

    private static async Task SendEnquiryAsync(CrmApp app, string email = "zoe@visitor.example") =>
        (await app.NewClient().PostAsJsonAsync("/api/contact", new { name = "Zoë O'Hara", email, service = "Payroll Services", budget = "$50,000+", message = "Hello" })).EnsureSuccessStatusCode();

    /// <summary>Waits for the change feed to say so, not for time to pass.</summary>
    private static async Task UntilAsync(CrmApp app, Func<List<OutgoingMail>, bool> mails)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        async Task LookAsync()
        {
            if (mails(await app.Store.ReadAsync(Actor.System, view => view.Mails.ToListAsync())))
                done.TrySetResult();
        }
        using var subscription = app.Feed.Subscribe(Topics.Mail, _ => LookAsync());
        await LookAsync();
        await done.Task.WaitAsync(TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task AnEnquiryReachesTheSalesTeamAndTheVisitor()
    {
        await using var server = new SmtpServer();
        await using var app = await CrmApp.StartAsync(To(server));

        await SendEnquiryAsync(app);
        await UntilAsync(app, mails => mails.Count == 2 && mails.All(m => m.State == MailState.Sent));

        Assert.Equal(["sales@firm.example", "zoe@visitor.example"], server.Taken.Select(m => m.To.Mailboxes.Single().Address).Order());
        Assert.Contains(server.Taken, m => m.Subject == "High priority: New lead: Zoë O'Hara (Payroll Services)");
    }

    [Fact]
    public async Task WithoutAServerBothMailsBecomeFiles()
    {
        await using var app = await CrmApp.StartAsync();

        await SendEnquiryAsync(app);
        await UntilAsync(app, mails => mails.Count == 2 && mails.All(m => m.State == MailState.Sent));

        Assert.Equal(["hello@kps.example", "zoe@visitor.example"], Directory.GetFiles(Path.Combine(app.Folder, "outbox"), "*.eml").Select(f => MimeMessage.Load(f).To.Mailboxes.Single().Address).Order());
    }

    [Fact]
    public async Task AMachineThatWritesGetsALeadButNoReply()
    {
        await using var app = await CrmApp.StartAsync();

        await SendEnquiryAsync(app, "no-reply@shop.example");

        Assert.Equal(MailKind.SalesNotification, Assert.Single(await app.Store.ReadAsync(Actor.System, view => view.Mails.ToListAsync())).Kind);
    }

    [Fact]
    public async Task ADeadMailServerNeitherSlowsNorFailsTheFormAndTheMailsOutliveARestart()
    {
        await using var server = new SmtpServer { Silent = true };
        var app = await CrmApp.StartAsync(To(server));
        for (var i = 0; i < 5; i++)
        {
            var started = TimeProvider.System.GetTimestamp();
            await SendEnquiryAsync(app, $"visitor{i}@visitor.example");
            // The mail server takes 30 seconds to fail.
            Assert.True(TimeProvider.System.GetElapsedTime(started) < TimeSpan.FromSeconds(25));
        }
        await app.StopAsync();
        server.Silent = false;

        await using var again = await CrmApp.StartAsync(To(server), folder: app.Folder);
        await UntilAsync(again, mails => mails.Count == 10 && mails.All(m => m.State == MailState.Sent));

        Assert.Equal(10, server.Taken.Select(m => m.MessageId).Distinct().Count());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task TheAdminSeesWhatIsStuckTriesAgainAndSendsATest(bool dark)
    {
        await using var server = new SmtpServer();
        server.OnRecipient = address => address.StartsWith("zoe", StringComparison.Ordinal) ? "550 5.1.1 no such user" : null;
        await using var app = await CrmApp.StartAsync(To(server));
        await using var admin = await Browser.OpenAsync(app, "admin@kps.example", "/settings/mail", dark: dark);
        var page = admin.Page;
        await Expect(page.GetByText("Nothing waits and nothing was refused.")).ToBeVisibleAsync();

        await SendEnquiryAsync(app);
        var refused = page.GetByRole(AriaRole.Table, new() { Name = "Mails not yet out" }).GetByRole(AriaRole.Row).Filter(new() { HasText = "zoe@visitor.example" });
        await Expect(refused).ToContainTextAsync("no such user");
        await admin.AssertAccessibleAsync();

        server.OnRecipient = _ => null;
        await refused.GetByRole(AriaRole.Button).ClickAsync();
        await Expect(page.GetByText("Nothing waits and nothing was refused.")).ToBeVisibleAsync();
        Assert.Contains(server.Taken, m => m.To.Mailboxes.Single().Address == "zoe@visitor.example");

        await page.GetByRole(AriaRole.Button, new() { Name = "Send a test mail to me" }).ClickAsync();
        await Expect(page.GetByText("The mail server took the test mail to admin@kps.example.")).ToBeVisibleAsync();
        Assert.Contains(server.Taken, m => m.Subject!.StartsWith("Test mail", StringComparison.Ordinal) && m.To.Mailboxes.Single().Address == "admin@kps.example");
        Assert.Equal([], admin.Errors);
    }
}
