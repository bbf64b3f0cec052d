using MimeKit;

namespace KpsCrm.Web.Features.Mail;

/// <summary>Takes mails to a server, or to a folder where there is none.</summary>
public interface IMailTransport
{
    /// <summary>Where mails go, in words.</summary>
    string Destination { get; }

    /// <summary>Connects. Any exception means that no mail can go out now.</summary>
    Task<IMailSession> OpenAsync(CancellationToken cancellationToken);
}

/// <summary>One connection, for as many mails as there are.</summary>
public interface IMailSession : IAsyncDisposable
{
    /// <summary>False once the connection is lost.</summary>
    bool IsOpen { get; }

    /// <summary>Returns when the mail was taken. Any exception but <see cref="MailRefusedException"/> is worth another try.</summary>
    /// <exception cref="MailRefusedException">It will never be taken.</exception>
    Task SendAsync(MimeMessage message, CancellationToken cancellationToken);
}

/// <summary>Sending this mail again would change nothing.</summary>
public sealed class MailRefusedException(string message) : Exception(message);
