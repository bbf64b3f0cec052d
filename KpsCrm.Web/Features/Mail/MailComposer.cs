using KpsCrm.Data.Mail;
using KpsCrm.Web.Features.Account.Passwords;
using KpsCrm.Web.Features.Users;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using MimeKit;
using MimeKit.Text;
using MimeKit.Utils;

namespace KpsCrm.Web.Features.Mail;

public sealed record ComposedMail(MimeMessage Message, string Subject, string Text, string Html);

/// <summary>Makes the message that goes over the wire from what is stored.</summary>
public sealed class MailComposer(CompanyOptions company, MailOptions options, IServiceScopeFactory scopes, ILoggerFactory loggers, ResetLink resetLink, InvitationLink invitationLink)
{
    private MailboxAddress From => new(OneLine.Of(Given(options.FromName) ?? company.Name), Given(options.FromAddress) ?? company.Email);

    /// <exception cref="MailRefusedException">Nobody could ever receive it.</exception>
    public async Task<ComposedMail> ComposeAsync(DueMail mail)
    {
        if (mail.Kind == MailKind.Notice)
        {
            var notice = mail.Notice ?? throw new MailRefusedException("What it speaks of is gone.");
            return await ComposeAsync(Letters.ForColleague(notice, company, options), Address(mail.ToAddress, notice.Person) ?? throw new MailRefusedException($"'{OneLine.Of(mail.ToAddress)}' is no e-mail address."), null, mail.MessageId, mail.CreatedAt, "auto-generated");
        }

        if (mail.Kind == MailKind.PasswordReset)
            return await ComposeResetAsync(mail);

        if (mail.Kind == MailKind.Invitation)
            return await ComposeInvitationAsync(mail);

        var toVisitor = mail.Kind == MailKind.AutoReply;
        if (toVisitor && AutomaticSender.Is(mail.ToAddress))
            throw new MailRefusedException("The address belongs to a machine; it gets no automatic reply.");

        var letter = toVisitor ? Letters.ForVisitor(mail.About, company) : Letters.ForSales(mail.About, company, options);
        var replyTo = toVisitor ? new MailboxAddress(company.Name, company.Email) : Address(mail.About.Email, mail.About.Name);
        var to = Address(mail.ToAddress, toVisitor ? mail.About.Name : null) ?? throw new MailRefusedException($"'{OneLine.Of(mail.ToAddress)}' is no e-mail address.");
        return await ComposeAsync(letter, to, replyTo, mail.MessageId, mail.CreatedAt, toVisitor ? "auto-replied" : "auto-generated");
    }

    /// <summary>What is kept of it has no link: whoever may read the mails that went out must not get in by them.</summary>
    private async Task<ComposedMail> ComposeResetAsync(DueMail mail)
    {
        var link = mail.UserId is { } user ? await resetLink.MakeAsync(user) : null;
        if (link is null)
            throw new MailRefusedException("The person may no longer sign in.");
        var to = Address(mail.ToAddress, null) ?? throw new MailRefusedException($"'{OneLine.Of(mail.ToAddress)}' is no e-mail address.");
        var sent = await ComposeAsync(Letters.ForReset(link, company), to, null, mail.MessageId, mail.CreatedAt, "auto-generated");
        var kept = Letters.ForReset("(the link is not kept)", company);
        return sent with { Text = kept.ToText(), Html = await RenderAsync(kept) };
    }

    /// <inheritdoc cref="ComposeResetAsync"/>
    private async Task<ComposedMail> ComposeInvitationAsync(DueMail mail)
    {
        var invitation = mail.UserId is { } user ? await invitationLink.OfAsync(user) : null;
        if (invitation is null)
            throw new MailRefusedException("The invitation was taken, withdrawn, or is too old.");
        var to = Address(mail.ToAddress, invitation.Name) ?? throw new MailRefusedException($"'{OneLine.Of(mail.ToAddress)}' is no e-mail address.");
        var sent = await ComposeAsync(Letters.ForInvitation(invitation, invitation.Link, company), to, null, mail.MessageId, mail.CreatedAt, "auto-generated");
        var kept = Letters.ForInvitation(invitation, "(the link is not kept)", company);
        return sent with { Text = kept.ToText(), Html = await RenderAsync(kept) };
    }

    /// <summary>For the button that proves that mail works.</summary>
    public Task<ComposedMail> ComposeTestAsync(string address, string name, DateTime now) =>
        ComposeAsync(new Letter
        {
            Subject = $"Test mail from the CRM of {company.Name}",
            Title = "Mail works",
            Opening = [$"Hello {name},", "you asked for this test mail on the page Mail of the CRM. That you can read it shows that mail from the program arrives."],
            Links = [new("Open the page", $"{options.BaseUrl.TrimEnd('/')}/settings/mail", $"{options.BaseUrl.TrimEnd('/')}/settings/mail")],
            Footer = $"Sent by the CRM of {company.Name}.",
        }, Address(address, name) ?? throw new MailRefusedException($"'{OneLine.Of(address)}' is no e-mail address."), null, MimeUtils.GenerateMessageId(From.Domain), now, "auto-generated");

    private async Task<ComposedMail> ComposeAsync(Letter letter, MailboxAddress to, MailboxAddress? replyTo, string messageId, DateTime date, string submitted)
    {
        var (text, html) = (letter.ToText(), await RenderAsync(letter));
        var message = new MimeMessage
        {
            Subject = letter.Subject,
            MessageId = MimeUtils.EnumerateReferences($"<{messageId.Trim('<', '>')}>").FirstOrDefault() ?? throw new MailRefusedException("Its Message-ID is broken."),
            Date = new DateTimeOffset(DateTime.SpecifyKind(date, DateTimeKind.Utc)),
            Body = new MultipartAlternative(Part(TextFormat.Plain, text), Part(TextFormat.Html, html)),
        };
        message.From.Add(From);
        message.To.Add(to);
        if (replyTo is not null)
            message.ReplyTo.Add(replyTo);
        // RFC 3834: keeps other machines from answering this one.
        message.Headers.Add("Auto-Submitted", submitted);
        message.Headers.Add("X-Auto-Response-Suppress", "All");
        return new(message, letter.Subject, text, html);
    }

    /// <summary>Quoted-printable: short lines and plain ASCII on the wire, so that no server on the way has a reason to change it.</summary>
    private static TextPart Part(TextFormat format, string text) =>
        new(format) { Text = text.ReplaceLineEndings("\r\n"), ContentTransferEncoding = ContentEncoding.QuotedPrintable };

    private async Task<string> RenderAsync(Letter letter)
    {
        await using var scope = scopes.CreateAsyncScope();
        await using var renderer = new HtmlRenderer(scope.ServiceProvider, loggers);
        return "<!DOCTYPE html>\n" + await renderer.Dispatcher.InvokeAsync(async () =>
            (await renderer.RenderComponentAsync<LetterHtml>(ParameterView.FromDictionary(new Dictionary<string, object?> { [nameof(LetterHtml.Letter)] = letter, [nameof(LetterHtml.Company)] = company.Name }))).ToHtmlString());
    }

    /// <summary>One address, or none: a list, a group or a name hidden in the address is not taken.</summary>
    private static MailboxAddress? Address(string address, string? name) =>
        !address.Any(char.IsControl) && MailboxAddress.TryParse(address, out var parsed) && parsed.Address == address.Trim() && address.Contains('@')
            ? new MailboxAddress(name is null ? null : OneLine.Of(name), parsed.Address)
            : null;

    private static string? Given(string? setting) => string.IsNullOrWhiteSpace(setting) ? null : setting.Trim();
}
