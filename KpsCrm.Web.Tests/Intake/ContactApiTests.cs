using System.Net;
using System.Text;
using KpsCrm.Data.Leads;

namespace KpsCrm.Web.Tests.Intake;

public class ContactApiTests(PublicApp app)
{
    [Fact]
    public async Task AFormAMultipartAndAJsonPostEachMakeALead()
    {
        foreach (var content in new Func<string, HttpContent>[]
        {
            email => new FormUrlEncodedContent(new Dictionary<string, string> { ["name"] = "Zoë", ["email"] = email, ["phone"] = "214-555-0100", ["budget"] = "$50,000+" }),
            email => new MultipartFormDataContent { { new StringContent("Zoë"), "name" }, { new StringContent(email), "email" }, { new StringContent("214-555-0100"), "phone" }, { new StringContent("$50,000+"), "budget" } },
            email => new StringContent($$"""{"name":"Zoë","email":"{{email}}","phone":"214-555-0100","budget":"$50,000+","service":null}""", Encoding.UTF8, "application/json"),
            email => new StringContent($$"""{"name":"Zoë","email":"{{email}}","phone":2145550100,"budget":50000}""", Encoding.UTF8, "text/plain"),
        })
        {
            var email = PublicApp.NewEmail();
            var answer = await app.PostAsync("/api/contact", content(email));

            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            var json = await PublicApp.JsonAsync(answer);
            Assert.Equal(["success", "message"], json.EnumerateObject().Select(p => p.Name));
            Assert.True(json.GetProperty("success").GetBoolean());
            var lead = await app.LeadOfAsync(email);
            Assert.Equal(("Zoë", "+12145550100", Priority.High, 10_000_00), (lead!.Name, lead.Phone, lead.Priority, lead.ValueCents));
        }
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"name":"Ana"}""")]
    [InlineData("""{"email":"ana@example.com"}""")]
    [InlineData("""{"name":"  ","email":"ana@example.com"}""")]
    [InlineData("""{"name":"Ana","email":null}""")]
    [InlineData("")]
    public async Task WithoutNameOrEmailTheAnswerIsTheContracts(string body)
    {
        var answer = await app.PostAsync("/api/contact", new StringContent(body, Encoding.UTF8, "application/json"));

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal("""{"success":false,"error":"Name and email are required"}""", await answer.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task OtherMistakesAreAnsweredInTheFormsSentences()
    {
        var answer = await app.PostJsonAsync("/api/contact", new { name = new string('x', 201), email = "ana@example" });

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal("Shorten the name to 200 characters; it has 201. Enter the whole e-mail address, like name@example.com.", (await PublicApp.JsonAsync(answer)).GetProperty("error").GetString());
    }

    [Theory]
    [InlineData("[1,2]")]
    [InlineData("{\"name\":")]
    [InlineData("{\"name\":\"\\ud800\",\"email\":\"a@b.co\"}")]
    [InlineData("{\"\\ud800\":\"Ana\",\"name\":\"Ana\",\"email\":\"a@b.co\"}")]
    [InlineData("hello")]
    public async Task WhatIsNoObjectIsRefusedInPlainWords(string body)
    {
        var answer = await app.PostAsync("/api/contact", new StringContent(body, Encoding.UTF8, "application/json"));

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal("The request could not be read: send the fields as JSON or as a form.", (await PublicApp.JsonAsync(answer)).GetProperty("error").GetString());
    }

    [Fact]
    public async Task AResentRequestMakesOneLeadAndGetsTheSameAnswer()
    {
        var email = PublicApp.NewEmail();
        var body = new { type = "lead", name = "Ana", email };
        var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => app.PostJsonAsync("/api/analytics", body, ("Idempotency-Key", email))));

        var texts = await Task.WhenAll(answers.Select(a => a.Content.ReadAsStringAsync()));
        Assert.Equal($$"""{"success":true,"leadId":{{(await app.LeadOfAsync(email))!.Id}}}""", Assert.Single(texts.Distinct()));
        Assert.Single(await app.EnquiriesOfAsync(email));

        await app.PostJsonAsync("/api/contact", new { name = "Ana", email, requestId = "k" + email });
        await app.PostJsonAsync("/api/contact", new { name = "Ana", email, request_id = "k" + email });
        Assert.Equal(2, (await app.EnquiriesOfAsync(email)).Count);
    }

    [Fact]
    public async Task ASiteThatUsesOneKeyForAllItsVisitorsLosesNone()
    {
        var (first, second) = (PublicApp.NewEmail(), PublicApp.NewEmail());
        foreach (var email in new[] { first, second })
            await app.PostJsonAsync("/api/contact", new { name = "Ana", email, request_id = "contact-form" });

        Assert.NotNull(await app.LeadOfAsync(first));
        Assert.NotNull(await app.LeadOfAsync(second));
    }

    [Fact]
    public async Task ALongUnicodeMessageArrivesWhole()
    {
        var email = PublicApp.NewEmail();
        var message = string.Concat(Enumerable.Repeat("字", 10_000));
        Assert.Equal(HttpStatusCode.OK, (await app.PostAsync("/api/contact", new MultipartFormDataContent { { new StringContent("Siobhán O'Brien"), "name" }, { new StringContent(email), "email" }, { new StringContent(message), "message" } })).StatusCode);

        Assert.Equal(message, (await app.LeadOfAsync(email))!.Notes);
    }

    [Fact]
    public async Task SpamGetsTheSameAnswerAndNoLead()
    {
        foreach (var trap in new object[] { new { homepage = "https://x.example" }, new { name = "Win at https://x.example" } })
        {
            var email = PublicApp.NewEmail();
            var fields = new Dictionary<string, string> { ["name"] = "Ana", ["email"] = email };
            foreach (var property in trap.GetType().GetProperties())
                fields[property.Name] = (string)property.GetValue(trap)!;

            var held = await app.PostAsync("/api/contact", new FormUrlEncodedContent(fields));
            var taken = await app.PostJsonAsync("/api/contact", new { name = "Ben", email = PublicApp.NewEmail() });
            Assert.Equal((taken.StatusCode, await taken.Content.ReadAsStringAsync()), (held.StatusCode, await held.Content.ReadAsStringAsync()));
            Assert.Null(await app.LeadOfAsync(email));
            Assert.NotNull(await app.HeldReasonOfAsync(email));
        }
    }
}
