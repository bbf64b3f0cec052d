using System.Net;
using KpsCrm.Data.Analytics;
using KpsCrm.Data.Security;
using Microsoft.EntityFrameworkCore;

namespace KpsCrm.Web.Tests.Intake;

public class AnalyticsApiTests(PublicApp app)
{
    [Fact]
    public async Task ALeadGoesThroughTheSameDoorAndIsAnsweredWithItsId()
    {
        var email = PublicApp.NewEmail();
        var answer = await app.PostJsonAsync("/api/analytics", new { type = "lead", name = "Ana", email, phone = "214-555-0100", company = "KPS", service = "HR Services", timeline = "soon", budget = "Under $5,000", source = "partner", city = "Dallas", state = "TX", country = "US", notes = "Hi", page = "/pricing", session_id = "s1" });

        var lead = (await app.LeadOfAsync(email))!;
        Assert.Equal($$"""{"success":true,"leadId":{{lead.Id}}}""", await answer.Content.ReadAsStringAsync());
        Assert.Equal(("KPS", "partner", "TX", "Hi", 3_750_00), (lead.Company, lead.Source, lead.State, lead.Notes, lead.ValueCents));
        var created = await EventAsync(e => e.EventType == "lead_created" && e.Value == lead.Id.ToString());
        Assert.Equal(("form_submit", "/pricing", "s1"), (created.Action, created.Page, created.SessionId));
    }

    [Fact]
    public async Task EachKindOfEventIsStoredAsTheContractSays()
    {
        var view = await IdAsync(new { type = "pageview", page = "/services", city = "Dallas", referrer = "https://x.example", session_id = "s2", action = "ignored" });
        Assert.Equal(("page_view", "view", "/services", "Dallas", "https://x.example", "s2", null), await FieldsAsync(view));

        var interaction = await IdAsync(new { type = "interaction", page = "/", action = "click", element = "cta", value = 3, session_id = "s3" });
        Assert.Equal(("interaction", "click", "/", null, null, "s3", "3"), await FieldsAsync(interaction));

        var own = await IdAsync(new { type = "other", event_type = "video_played", page = "/v", action = "play", value = "1", city = "Austin", referrer = "r", session_id = "s4" });
        Assert.Equal(("video_played", "play", "/v", "Austin", "r", "s4", "1"), await FieldsAsync(own));

        Assert.Equal("custom", (await FieldsAsync(await IdAsync(new { page = "/" }))).EventType);
    }

    [Fact]
    public async Task ALeadWithoutEmailIsRefused()
    {
        var answer = await app.PostJsonAsync("/api/analytics", new { type = "lead", name = "Ana" });

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal("""{"success":false,"error":"Name and email are required"}""", await answer.Content.ReadAsStringAsync());
    }

    private async Task<int> IdAsync(object body)
    {
        var json = await PublicApp.JsonAsync(await app.PostJsonAsync("/api/analytics", body));
        Assert.Equal(["success", "id"], json.EnumerateObject().Select(p => p.Name));
        return json.GetProperty("id").GetInt32();
    }

    private async Task<(string EventType, string? Action, string? Page, string? City, string? Referrer, string? SessionId, string? Value)> FieldsAsync(int id)
    {
        var e = await EventAsync(e => e.Id == id);
        return (e.EventType, e.Action, e.Page, e.City, e.Referrer, e.SessionId, e.Value);
    }

    private async Task<AnalyticsEvent> EventAsync(System.Linq.Expressions.Expression<Func<AnalyticsEvent, bool>> which) =>
        await (await app.StartedAsync()).Store.ReadAsync(Actor.System, view => view.AnalyticsEvents.SingleAsync(which));
}
