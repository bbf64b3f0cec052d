using System.Net;
using KpsCrm.Data.Security;
using KpsCrm.Web.Tests.Support;

namespace KpsCrm.Web.Tests.Intake;

public class ContactFormTests(PublicApp app)
{
    [Fact]
    public async Task ASentFormMakesALeadAndLeadsToTheThankYouPage()
    {
        var email = PublicApp.NewEmail();
        using var client = await ClientAsync();
        var fields = PublicApp.FormOf(email);
        fields["Input.Service"] = "Tax Preparation";
        fields["Input.City"] = "Fort Worth";
        var answer = await CrmApp.PostFormAsync(client, "/contact", fields);

        Assert.Equal(HttpStatusCode.Found, answer.StatusCode);
        Assert.EndsWith("/contact/thanks", answer.Headers.Location!.ToString());
        var lead = (await app.LeadOfAsync(email))!;
        Assert.Equal(("Ana", "Tax Preparation", "Fort Worth", "website", 3_000_00), (lead.Name, lead.Service, lead.City, lead.Source, lead.ValueCents));
        Assert.NotNull(lead.ConsentAt);
        Assert.Contains("within 2–24 hours", await client.GetStringAsync("/contact/thanks"));
    }

    [Fact]
    public async Task TheFirstTouchSurvivesTheFormWithoutCookies()
    {
        var email = PublicApp.NewEmail();
        using var client = new HttpClient(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false }) { BaseAddress = new((await app.StartedAsync()).Url) };
        client.DefaultRequestHeaders.Referrer = new("https://www.google.com/");
        var answer = await CrmApp.PostFormAsync(client, "/contact?utm_source=Bing&utm_campaign=spring&service=payroll+services", PublicApp.FormOf(email));

        Assert.Equal(HttpStatusCode.Found, answer.StatusCode);
        var lead = (await app.LeadOfAsync(email))!;
        Assert.Equal(("bing", "Bing", "spring", "https://www.google.com/", "/contact?utm_source=Bing&utm_campaign=spring&service=payroll+services"), (lead.Source, lead.UtmSource, lead.UtmCampaign, lead.Referrer, lead.LandingPage));
    }

    [Fact]
    public async Task MistakesAreSaidBesideTheirFieldAndOnTopAndEveryValueIsKept()
    {
        using var client = await ClientAsync();
        var answer = await CrmApp.PostFormAsync(client, "/contact?utm_source=bing", new()
        {
            ["_handler"] = "contact",
            ["Input.Name"] = "",
            ["Input.Email"] = "ana@example",
            ["Input.Phone"] = "call \"me\"",
            ["Input.Company"] = "O'Brien & <Sons>",
            ["Input.Service"] = "HR Services",
            ["Input.Message"] = "one\ntwo <b>",
        });

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        var html = WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync());
        Assert.Contains("3 things are missing or not right", html);
        foreach (var (field, sentence) in new[] { ("name", "Enter your name."), ("email", "Enter the whole e-mail address, like name@example.com."), ("consent", "Tick the box, so that we may answer you.") })
        {
            Assert.Contains($"<a href=\"/contact?utm_source=bing#{field}\">{sentence}</a>", html);
            Assert.Contains($"id=\"{field}-problem\">{sentence}</p>", html);
        }
        Assert.Contains("value=\"ana@example\"", html);
        Assert.Contains("value=\"call \"me\"\"", html);
        Assert.Contains("value=\"O'Brien & <Sons>\"", html);
        Assert.Contains("<option value=\"HR Services\" selected>", html);
        Assert.Contains("one\ntwo <b></textarea>", html);
        Assert.Contains("name=\"Input.UtmSource\" value=\"bing\"", html);
        Assert.DoesNotContain("<Sons>", (await answer.Content.ReadAsStringAsync()));
    }

    [Fact]
    public async Task ADoubleClickMakesOneLeadAndAChangedMessageIsNotLost()
    {
        var email = PublicApp.NewEmail();
        using var client = await ClientAsync();
        var page = await client.GetStringAsync("/contact");
        string Hidden(string name) => WebUtility.HtmlDecode(page.Split($"name=\"Input.{name}\" value=\"")[1].Split('"')[0]);
        var fields = PublicApp.FormOf(email);
        fields["Input.Stamp"] = Hidden("Stamp");
        fields["Input.RequestId"] = Hidden("RequestId");

        var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => client.PostAsync("/contact", new FormUrlEncodedContent(fields))));
        Assert.All(answers, a => Assert.Equal(HttpStatusCode.Found, a.StatusCode));
        Assert.Single(await app.EnquiriesOfAsync(email));

        fields["Input.Message"] = "One more thing";
        await client.PostAsync("/contact", new FormUrlEncodedContent(fields));
        Assert.Contains("One more thing", (await app.EnquiriesOfAsync(email))[1]);
    }

    [Fact]
    public async Task WhatNoPersonWouldSendIsHeldAndThanked()
    {
        await using var strict = await CrmApp.StartAsync(new() { ["Intake:MinimumFillSeconds"] = "5" });
        using var client = strict.NewClient();
        foreach (var (email, field, value, reason) in new[]
        {
            ("fast@example.com", "Input.Phone", "", "The form was filled in within "),
            ("trap@example.com", "Input.Homepage", "https://x.example", "A field that people cannot see was filled in."),
            ("forged@example.com", "Input.Stamp", "CfDJ8forged", "The form was sent without having been opened."),
            ("missing@example.com", "Input.Stamp", "", "The form was sent without having been opened."),
        })
        {
            var fields = PublicApp.FormOf(email);
            fields[field] = value;
            var answer = await CrmApp.PostFormAsync(client, "/contact", fields);

            Assert.Equal(HttpStatusCode.Found, answer.StatusCode);
            Assert.EndsWith("/contact/thanks", answer.Headers.Location!.ToString());
            var held = await strict.Store.ReadAsync(Actor.System, view => Task.FromResult(view.Quarantine.Single(q => q.Email == email)));
            Assert.StartsWith(reason, held.Reason);
        }
        Assert.Equal(0, await strict.Store.ReadAsync(Actor.System, view => Task.FromResult(view.Leads.Count())));
    }

    [Fact]
    public async Task WhenTheSaveFailsThePersonIsToldAndKeepsTheirWords()
    {
        await using var broken = await CrmApp.StartAsync(new() { ["Intake:MinimumFillSeconds"] = "0" });
        await broken.Store.WriteAsync(Actor.System, db => Microsoft.EntityFrameworkCore.RelationalDatabaseFacadeExtensions.ExecuteSqlRawAsync(db.Database, "CREATE TRIGGER no BEFORE INSERT ON outgoing_mails BEGIN SELECT RAISE(ABORT, 'disk full'); END"));
        using var client = broken.NewClient();
        var fields = PublicApp.FormOf("ana@example.com");
        fields["Input.Message"] = "My words";
        var page = await CrmApp.PostFormAsync(client, "/contact", fields);
        var api = await client.PostAsync("/api/contact", new FormUrlEncodedContent(new Dictionary<string, string> { ["name"] = "Ana", ["email"] = "ana@example.com" }));

        Assert.Equal((HttpStatusCode.ServiceUnavailable, HttpStatusCode.ServiceUnavailable), (page.StatusCode, api.StatusCode));
        var html = await page.Content.ReadAsStringAsync();
        Assert.Contains("We could not save your message just now.", html);
        Assert.Contains("My words", html);
        Assert.DoesNotContain("disk full", html + await api.Content.ReadAsStringAsync());
        Assert.False((await PublicApp.JsonAsync(api)).GetProperty("success").GetBoolean());
        Assert.Equal(0, await broken.Store.ReadAsync(Actor.System, view => Task.FromResult(view.Leads.Count())));
    }

    [Fact]
    public async Task ThePageIsSmallAndNeedsNoScript()
    {
        using var client = await ClientAsync();
        var html = await client.GetStringAsync("/contact");
        var css = await client.GetStringAsync("/" + html.Split("<link rel=\"stylesheet\" href=\"")[1].Split('"')[0]);
        var script = await client.GetStringAsync("/" + html.Split("<script src=\"")[1].Split('"')[0]);

        Assert.InRange(html.Length + css.Length + script.Length, 1_000, 50_000);
        Assert.Equal(2, html.Split("<script").Length);
        Assert.DoesNotContain("blazor.web.js", html);
    }

    private async Task<HttpClient> ClientAsync() => (await app.StartedAsync()).NewClient();
}
