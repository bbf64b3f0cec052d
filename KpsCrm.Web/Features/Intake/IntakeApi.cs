using System.Text.Json;
using System.Text.Json.Serialization;
using KpsCrm.Data;
using KpsCrm.Data.Analytics;
using KpsCrm.Data.Security;

namespace KpsCrm.Web.Features.Intake;

/// <summary>The answers of the compatibility contract.</summary>
public sealed record Answer(bool Success)
{
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Message { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Error { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? LeadId { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Id { get; init; }

    public static Answer Refused(string sentence) => new(false) { Error = sentence };
}

/// <summary><c>POST /api/contact</c> and <c>POST /api/analytics</c>.</summary>
public sealed class IntakeApi(IntakeDesk desk, IntakeLimits limits, CrmStore store, CompanyOptions company, TimeProvider clock, ILogger<IntakeApi> log)
{
    private const string ThankYou = "Thank you! We have your message and will answer within 2–24 hours.";

    public Task<IResult> ContactAsync(HttpContext http) => AnswerAsync(http, fields =>
        EnquiryAsync(http, fields, _ => new Answer(true) { Message = ThankYou }));

    public Task<IResult> AnalyticsAsync(HttpContext http) => AnswerAsync(http, fields => fields["type"] == "lead"
        ? EnquiryAsync(http, fields, lead => new Answer(true) { LeadId = lead })
        : EventAsync(http, fields));

    private async Task<IResult> EnquiryAsync(HttpContext http, PostedFields fields, Func<int, Answer> thanks)
    {
        if (limits.RefuseEnquiry(http) is { } wait)
            return TooMany(wait);

        var enquiry = fields.ToEnquiry(http);
        var receipt = await desk.AcceptAsync(new Submission(enquiry,
            RequestKey.OfApi(http.Request.Headers["Idempotency-Key"].FirstOrDefault() ?? fields["request_id"], enquiry),
            Spam.AgainstHiddenField(fields["homepage"]),
            Host: http.Request.Host.Host));
        return receipt.Problems switch
        {
            [] => Results.Ok(thanks(receipt.LeadId)),
            _ when Normalising.Line(fields["name"]) is null || Normalising.Line(fields["email"]) is null => Results.BadRequest(Answer.Refused("Name and email are required")),
            var problems => Results.BadRequest(Answer.Refused(string.Join(" ", problems.Select(p => p.Sentence)))),
        };
    }

    private async Task<IResult> EventAsync(HttpContext http, PostedFields fields)
    {
        if (limits.RefuseEvent(http) is { } wait)
            return TooMany(wait);

        var e = VisitorEvents.Of(fields, http, clock.GetUtcNow().UtcDateTime);
        await store.WriteAsync(Actor.Visitor, db => Task.FromResult(db.AnalyticsEvents.Add(e)));
        return Results.Ok(new Answer(true) { Id = e.Id });
    }

    private async Task<IResult> AnswerAsync(HttpContext http, Func<PostedFields, Task<IResult>> act)
    {
        try
        {
            return await act(await PostedFields.ReadAsync(http.Request));
        }
        catch (JsonException)
        {
            return Results.BadRequest(Answer.Refused("The request could not be read: send the fields as JSON or as a form."));
        }
        catch (Exception e) when (e is not (BadHttpRequestException or OperationCanceledException))
        {
            log.LogError(e, "An enquiry through {Path} could not be stored", http.Request.Path);
            return Results.Json(Answer.Refused($"This could not be saved. Try again in a moment, or call {company.Phone}."), statusCode: StatusCodes.Status503ServiceUnavailable);
        }
    }

    private static IResult TooMany(TimeSpan wait) =>
        Results.Json(Answer.Refused($"Too many requests from your address. Try again in {wait.TotalSeconds:0} seconds."), statusCode: StatusCodes.Status429TooManyRequests);
}

internal static class VisitorEvents
{
    private const int TextMaxLength = 500;

    /// <summary>What the contract says for each type; for one it does not know, what the sender says.</summary>
    public static AnalyticsEvent Of(PostedFields fields, HttpContext http, DateTime at)
    {
        var type = fields["type"];
        string? Text(string field) => Normalising.Cut(fields[field], TextMaxLength);
        return new AnalyticsEvent
        {
            EventType = type switch
            {
                "pageview" => "page_view",
                "interaction" => "interaction",
                _ => Normalising.Cut(fields["event_type"], 100) ?? "custom",
            },
            Page = Text("page"),
            Action = type == "pageview" ? "view" : Text("action"),
            Element = type == "pageview" ? null : Text("element"),
            Value = type == "pageview" ? null : Text("value"),
            City = type == "interaction" ? null : Text("city"),
            Referrer = type == "interaction" ? null : Text("referrer"),
            SessionId = Text("session_id"),
            IpAddress = http.Connection.RemoteIpAddress?.ToString(),
            UserAgent = Normalising.Cut(http.Request.Headers.UserAgent, TextMaxLength),
            CreatedAt = at,
        };
    }
}
