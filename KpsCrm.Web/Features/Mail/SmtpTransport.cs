using KpsCrm.Web.Shared;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;

namespace KpsCrm.Web.Features.Mail;

internal sealed class SmtpTransport(MailOptions options) : IMailTransport
{
    private TimeSpan Timeout => TimeSpan.FromSeconds(options.TimeoutSeconds);

    public string Destination => $"the mail server {options.Host}, port {options.Port}";

    public async Task<IMailSession> OpenAsync(CancellationToken cancellationToken)
    {
        var client = new SmtpClient { Timeout = options.TimeoutSeconds * 1000 };
        try
        {
            await WithinAsync(cancellationToken, async limited =>
            {
                await client.ConnectAsync(options.Host!, options.Port, options.Security switch
                {
                    MailSecurity.None => SecureSocketOptions.None,
                    MailSecurity.StartTls => SecureSocketOptions.StartTls,
                    MailSecurity.SslOnConnect => SecureSocketOptions.SslOnConnect,
                    _ => SecureSocketOptions.Auto,
                }, limited);
                if (!string.IsNullOrEmpty(options.UserName))
                    await client.AuthenticateAsync(options.UserName, options.Password!, limited);
            });
            return new Session(this, client);
        }
        catch (Exception e)
        {
            client.Dispose();
            throw e switch
            {
                AuthenticationException => new IOException($"The mail server refused the user or password ({e.Message.TrimEnd('.')}); check Mail__UserName and Mail__Password.", e),
                SslHandshakeException => new IOException("There is no secure connection to the mail server: this machine does not trust its certificate, or it speaks no TLS there. Check Mail__Host, Mail__Port and Mail__Security.", e),
                NotSupportedException => new IOException($"The mail server can't do what is set ({e.Message.TrimEnd('.')}); check Mail__Security and Mail__UserName.", e),
                _ => e,
            };
        }
    }

    /// <summary>A server that drips one byte a minute never hits the client's own timeout; this one ends it.</summary>
    private async Task WithinAsync(CancellationToken cancellationToken, Func<CancellationToken, Task> act)
    {
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limited.CancelAfter(Timeout);
        try
        {
            await act(limited.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"The mail server did not answer within {Words.Count(options.TimeoutSeconds, "second")}.");
        }
    }

    private sealed class Session(SmtpTransport transport, SmtpClient client) : IMailSession
    {
        public bool IsOpen => client.IsConnected;

        public async Task SendAsync(MimeMessage message, CancellationToken cancellationToken)
        {
            try
            {
                await transport.WithinAsync(cancellationToken, limited => client.SendAsync(message, limited));
            }
            catch (SmtpCommandException e) when ((int)e.StatusCode is >= 500 and < 600
                && e.ErrorCode is SmtpErrorCode.RecipientNotAccepted or SmtpErrorCode.MessageNotAccepted)
            {
                throw new MailRefusedException($"The mail server refused it: {(int)e.StatusCode} {e.Message}");
            }
            catch (SmtpCommandException e)
            {
                throw new IOException($"The mail server said: {(int)e.StatusCode} {e.Message}", e);
            }
            catch (NotSupportedException e)
            {
                throw new MailRefusedException($"The mail server can't deliver to this address: {e.Message}");
            }
        }

        public async ValueTask DisposeAsync()
        {
            try
            {
                // Everything was answered already: a server that is slow to say goodbye costs no more than a moment.
                using var moment = new CancellationTokenSource(TimeSpan.FromSeconds(2));
                if (client.IsConnected)
                    await client.DisconnectAsync(quit: true, moment.Token);
            }
            catch (Exception)
            {
                // Gone is gone.
            }
            client.Dispose();
        }
    }
}
