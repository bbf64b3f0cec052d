using KpsCrm.Data.Activities;
using KpsCrm.Data.Leads;
using KpsCrm.Data.Mail;
using KpsCrm.Web.Features.Mail;
using MimeKit;

namespace KpsCrm.Web.Tests.Mail;

public class LetterTests
{
    private static async Task<MimeMessage> ReceiveAsync(MailKind kind = MailKind.SalesNotification, string to = "sales@kps.example", string name = "Zoë O'Hara", string? message = "Hello", string email = "zoe@visitor.example", Action<Lead>? lead = null)
    {
        await using var room = await MailRoom.OpenAsync();
        await room.AddAsync(to, kind, name, message, email, lead);
        await room.NewSender().SendDueAsync();
        return Assert.Single(room.Server.Taken);
    }

    [Fact]
    public async Task TheSalesMailSaysWhoWantsWhatAndAnswersGoToTheVisitor()
    {
        var mail = await ReceiveAsync(message: "We need payroll\nfor 12 people.");

        Assert.Equal("New lead: Zoë O'Hara (Payroll Services)", mail.Subject);
        Assert.Equal("zoe@visitor.example", Assert.Single(mail.ReplyTo.Mailboxes).Address);
        foreach (var expected in new[] { "zoe@visitor.example", "+12145550100", "Payroll Services", "$5,000 - $15,000", "$5,000", "Medium", "google", "/payroll", "https://crm.example/leads/1", "> We need payroll\n> for 12 people.", "NEXT STEPS" })
            Assert.Contains(expected, mail.TextBody!.ReplaceLineEndings("\n"));
        foreach (var expected in new[] { "href=\"mailto:zoe@visitor.example", "href=\"tel:&#x2B;12145550100\"", "href=\"https://crm.example/leads/1\"", "Next steps" })
            Assert.Contains(expected, mail.HtmlBody);
    }

    [Fact]
    public async Task AHighPriorityStandsInTheSubject()
    {
        var mail = await ReceiveAsync(lead: l => l.Priority = Priority.High);

        Assert.StartsWith("High priority: New lead", mail.Subject);
        Assert.Contains("[High priority]", mail.TextBody);
    }

    [Fact]
    public async Task TheVisitorIsThankedAndToldWhatHappensNext()
    {
        var mail = await ReceiveAsync(MailKind.AutoReply, "zoe@visitor.example", message: "We need payroll.");

        Assert.Equal("We have your enquiry about Payroll Services", mail.Subject);
        Assert.Equal("Zoë O'Hara", Assert.Single(mail.To.Mailboxes).Name);
        Assert.Equal("hello@kps.example", Assert.Single(mail.ReplyTo.Mailboxes).Address);
        Assert.Equal("auto-replied", mail.Headers["Auto-Submitted"]);
        Assert.Equal("All", mail.Headers["X-Auto-Response-Suppress"]);
        foreach (var expected in new[] { "Thank you", "2–24 hours", "(214) 555-0100", "hello@kps.example", "Payroll Services", "We need payroll.", "WHAT HAPPENS NEXT" })
            Assert.Contains(expected, mail.TextBody);
        Assert.DoesNotContain("crm.example", mail.TextBody);
    }

    [Fact]
    public async Task MarkupFromAVisitorIsShownNotRun()
    {
        var mail = await ReceiveAsync(name: "<b>Eve</b>", message: "<script>alert(1)</script><img src=x onerror=alert(2)> & \"quotes\"");

        Assert.DoesNotContain("<script>", mail.HtmlBody);
        Assert.DoesNotContain("<img", mail.HtmlBody);
        Assert.DoesNotContain("<b>Eve", mail.HtmlBody);
        Assert.Contains("&lt;script&gt;alert(1)&lt;/script&gt;", mail.HtmlBody);
        Assert.Contains("<script>alert(1)</script>", mail.TextBody);
    }

    [Fact]
    public async Task ALineBreakInANameAddsNoHeader()
    {
        const string Injection = "Eve\r\nBcc: everyone@victim.example\r\n\r\nBuy now";
        var sales = await ReceiveAsync(name: Injection, lead: l => (l.Company, l.Service) = ("Acme\nX-Evil: 1", "Tax\r\nCc: other@victim.example"));
        var reply = await ReceiveAsync(MailKind.AutoReply, "eve@visitor.example", name: Injection);

        foreach (var mail in new[] { sales, reply })
        {
            Assert.Empty(mail.Bcc);
            Assert.Empty(mail.Cc);
            Assert.Null(mail.Headers["X-Evil"]);
            Assert.Single(mail.To.Mailboxes);
        }
        Assert.Contains("Eve Bcc: everyone@victim.example Buy now", sales.Subject);
        Assert.Equal("Eve Bcc: everyone@victim.example Buy now", reply.To.Mailboxes.Single().Name);
    }

    [Theory]
    [InlineData("a@visitor.example, b@victim.example")]
    [InlineData("a@visitor.example\r\nRCPT TO:<b@victim.example>")]
    [InlineData("Eve <eve@visitor.example>")]
    [InlineData("no address")]
    [InlineData("")]
    public async Task WhatIsNotExactlyOneAddressIsRefused(string address)
    {
        await using var room = await MailRoom.OpenAsync();
        var id = await room.AddAsync(address, MailKind.AutoReply);

        await room.NewSender().SendDueAsync();

        Assert.Equal(MailState.Refused, (await room.MailAsync(id)).State);
        Assert.Empty(room.Server.Raw);
    }

    [Theory]
    [InlineData("first\n.\nlast")]
    [InlineData("..two dots\n.one dot\n. \n.")]
    [InlineData("\n\n.\r\nQUIT\r\n")]
    [InlineData("=3D =20 trailing space \nFrom the start")]
    [InlineData("日本語 Ελληνικά 🎉 é ≠ é")]
    public async Task AMessageArrivesAsItWasWritten(string text)
    {
        var mail = await ReceiveAsync(message: text);

        Assert.Contains("> " + text.ReplaceLineEndings("\n> "), mail.TextBody!.ReplaceLineEndings("\n"));
    }

    [Fact]
    public async Task NoLineOnTheWireIsLongerThanMailAllows()
    {
        await using var room = await MailRoom.OpenAsync();
        await room.AddAsync(name: new string('Ü', 200), message: new string('x', 5_000) + "\n" + string.Concat(Enumerable.Repeat("長い文 ", 1_000)));

        await room.NewSender().SendDueAsync();

        var raw = Assert.Single(room.Server.Raw);
        Assert.True(raw.Split("\r\n").Max(line => line.Length) <= 998);
        Assert.All(raw, c => Assert.True(c < 128));
        Assert.Contains(new string('x', 5_000), Assert.Single(room.Server.Taken).TextBody);
    }

    [Fact]
    public async Task ASubjectInAnyScriptIsReadable()
    {
        var mail = await ReceiveAsync(name: "Łukasz Żółć 山田 🎉");

        Assert.Equal("New lead: Łukasz Żółć 山田 🎉 (Payroll Services)", mail.Subject);
    }

    [Theory]
    [InlineData("no-reply@shop.example")]
    [InlineData("noreply+42@shop.example")]
    [InlineData("Do-Not-Reply@shop.example")]
    [InlineData("MAILER-DAEMON@shop.example")]
    public async Task MachinesGetNoAutomaticReply(string address)
    {
        await using var room = await MailRoom.OpenAsync();
        var id = await room.AddAsync(address, MailKind.AutoReply, email: address);

        await room.NewSender().SendDueAsync();

        Assert.Empty(room.Server.Taken);
        Assert.Equal(MailState.Refused, (await room.MailAsync(id)).State);
        Assert.False(AutomaticSender.Is("norma.reply@shop.example"));
    }

    [Fact]
    public async Task ABrokenRecordOfTheEnquiryStillMakesAMail()
    {
        await using var room = await MailRoom.OpenAsync();
        var id = await room.AddAsync();
        var mail = DueMail.From(await room.MailAsync(id)) with { About = EnquiryFacts.Of(new Lead { Name = "Zoë", Email = "zoe@visitor.example" }, null) };

        Assert.Contains("Zoë", (await room.Composer.ComposeAsync(mail)).Text);
        Assert.Equal("Zoë", EnquiryFacts.Of(new Lead { Name = "Zoë", Email = "zoe@visitor.example" }, new() { ActorName = "-", Summary = "-", Detail = "{ not JSON" }).Name);
    }

    [Fact]
    public void APersonWhoWritesAgainIsAnnouncedAsKnown()
    {
        var lead = new Lead { Name = "Zoë", Email = "zoe@visitor.example", CreatedAt = new(2026, 11, 1, 12, 0, 0, DateTimeKind.Utc) };
        var again = new Activity { Kind = ActivityKind.Enquiry, ActorName = "Website visitor", Summary = "wrote again", At = lead.CreatedAt.AddDays(3), Detail = """{"message":"Any news?"}""" };

        var letter = Letters.ForSales(EnquiryFacts.Of(lead, again), new(), new());

        Assert.StartsWith("New enquiry from a known lead", letter.Subject);
        Assert.Equal("They have written again", letter.Title);
        Assert.Equal("Any news?", letter.Quote);
    }
}
