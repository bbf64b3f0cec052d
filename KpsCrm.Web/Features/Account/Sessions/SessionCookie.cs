using System.Globalization;
using System.Security.Claims;
using KpsCrm.Data;
using KpsCrm.Data.Security;
using KpsCrm.Data.Users;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace KpsCrm.Web.Features.Account.Sessions;

/// <summary>
/// Each sign-in makes a session with a key of its own, also where the browser came with one: nobody can plant a key and wait. The cookie carries
/// the key and nothing else; who its person is and what they may do is looked up in <see cref="LiveSessions"/> at each request.
/// </summary>
internal sealed class SessionCookie(CrmStore store, LiveSessions sessions, SecurityTrail trail, TimeProvider clock, IOptions<IdentityOptions> identity) : CookieAuthenticationEvents
{
    private static readonly object Over = new();

    public override async Task SigningIn(CookieSigningInContext context)
    {
        var (http, person) = (context.HttpContext, context.Principal!);
        var (key, replaced) = (SessionKey.New(), SessionKey.IdOf(http.User));
        await store.WriteAsync(Actor.System, async db =>
        {
            var agent = http.Request.Headers.UserAgent.ToString();
            var session = new Session
            {
                KeyHash = SessionKey.HashOf(key),
                UserId = int.Parse(person.FindFirstValue(ClaimTypes.NameIdentifier)!, CultureInfo.InvariantCulture),
                Stamp = person.FindFirstValue(identity.Value.ClaimsIdentity.SecurityStampClaimType)!,
                Method = MethodOf(person),
                IpAddress = http.Connection.RemoteIpAddress?.ToString(),
                UserAgent = agent.Length == 0 ? null : agent[..Math.Min(agent.Length, 500)],
                CreatedAt = db.Now,
            };
            session.SeenAt(db.Now);
            db.Sessions.Add(session);
            if (await db.Sessions.SingleOrDefaultAsync(s => s.Id == replaced) is { } former)
                former.End(SessionEnd.Replaced, db.Now);
        });
        // What ended with it, or by the change that made it necessary, is over before the answer is there.
        await sessions.RefreshAsync();
        context.Principal = SessionKey.Carrier(key, context.Scheme.Name);
        // The session's own limits count; the cookie only mustn't go sooner.
        context.Properties.AllowRefresh = false;
    }

    public override async Task ValidatePrincipal(CookieValidatePrincipalContext context)
    {
        if (SessionKey.CarriedBy(context.Principal) is { } key)
        {
            var (session, dead) = await sessions.FindAsync(SessionKey.HashOf(key));
            if (session is not null)
            {
                if (IsByHand(context.Request))
                    session.SeenAt(clock.GetUtcNow().UtcDateTime);
                context.ReplacePrincipal(session.Principal);
                return;
            }
            if (dead is not null)
                await trail.RevokedSessionUsedAsync(context.HttpContext, dead);
        }
        context.RejectPrincipal();
        context.HttpContext.Items[Over] = true;
        // Only with an answer that a person sees: what a page sends by itself would take the cookie away, and nobody would be told why they have to sign in.
        if (HttpMethods.IsGet(context.Request.Method) && IsByHand(context.Request) && IsSeen(context.Request))
            await context.HttpContext.SignOutAsync(context.Scheme.Name);
    }

    public override async Task SigningOut(CookieSigningOutContext context)
    {
        if (SessionKey.IdOf(context.HttpContext.User) is not { } id)
            return;
        await store.WriteAsync(Actor.System, async db => (await db.Sessions.SingleOrDefaultAsync(s => s.Id == id))?.End(SessionEnd.SignedOut, db.Now));
        await sessions.RefreshAsync();
    }

    public override Task RedirectToLogin(RedirectContext<CookieAuthenticationOptions> context) => RedirectOrStatus(context, StatusCodes.Status401Unauthorized);

    public override Task RedirectToAccessDenied(RedirectContext<CookieAuthenticationOptions> context) => RedirectOrStatus(context, StatusCodes.Status403Forbidden);

    /// <summary>What a page does by itself, coming back after a lost connection, doesn't keep a session awake.</summary>
    private static bool IsByHand(HttpRequest request) => !request.Path.StartsWithSegments("/_blazor") && !request.Path.StartsWithSegments("/health");

    /// <summary>A page's address, not one of its parts: those are asked for beside it. Older browsers, and none at all, don't say.</summary>
    private static bool IsSeen(HttpRequest request) => request.Headers["Sec-Fetch-Mode"].ToString() is "" or "navigate";

    private static SignInMethod MethodOf(ClaimsPrincipal person) => person.FindFirstValue("amr") switch
    {
        "passkey" => SignInMethod.Passkey,
        "mfa" => SignInMethod.SecondFactor,
        _ => SignInMethod.Password,
    };

    private static Task RedirectOrStatus(RedirectContext<CookieAuthenticationOptions> context, int status)
    {
        if (context.Request.Path.StartsWithSegments("/api") || context.Request.Path.StartsWithSegments("/_blazor"))
            context.Response.StatusCode = status;
        else
            context.Response.Redirect(context.RedirectUri + (context.HttpContext.Items.ContainsKey(Over) ? "&ended=true" : ""));
        return Task.CompletedTask;
    }
}
