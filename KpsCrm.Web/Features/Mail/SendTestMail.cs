using KpsCrm.Data;
using KpsCrm.Data.Security;
using KpsCrm.Data.Users;
using Microsoft.EntityFrameworkCore;

namespace KpsCrm.Web.Features.Mail;

/// <summary>Sends a mail to the one who asks, at once, and tells what the server said.</summary>
public sealed class SendTestMail(CrmStore store, IMailTransport transport, MailComposer composer, TimeProvider clock)
{
    /// <returns>The address it went to.</returns>
    /// <exception cref="RuleException">It did not go out; the message says why.</exception>
    public async Task<string> RunAsync(Actor who, CancellationToken cancellationToken = default)
    {
        Gate.Demand(who, Role.Admin);
        var address = await store.ReadAsync(who, view => view.People.Where(p => p.Id == who.UserId).Select(p => p.Email).SingleOrDefaultAsync(cancellationToken), cancellationToken)
            ?? throw new RuleException("Your account has no e-mail address.");
        try
        {
            var mail = await composer.ComposeTestAsync(address, who.Name, clock.GetUtcNow().UtcDateTime);
            await using var session = await transport.OpenAsync(cancellationToken);
            await session.SendAsync(mail.Message, cancellationToken);
            return address;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            throw new RuleException($"The test mail did not go out. {OneLine.Of(e.Message, 300)}");
        }
    }
}
