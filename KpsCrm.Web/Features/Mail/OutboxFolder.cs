using KpsCrm.Data;
using MimeKit;

namespace KpsCrm.Web.Features.Mail;

/// <summary>Without a mail server: each mail becomes an .eml file that any mail program opens.</summary>
internal sealed class OutboxFolder(DatabaseOptions database) : IMailTransport, IMailSession
{
    public string Path { get; } = System.IO.Path.Combine(database.Folder, "outbox");

    public string Destination => $"files in {Path}";

    public bool IsOpen => true;

    public Task<IMailSession> OpenAsync(CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(Path);
        return Task.FromResult<IMailSession>(this);
    }

    /// <summary>Whole or not at all: written beside its place, then renamed. The same mail sent again replaces its file.</summary>
    public async Task SendAsync(MimeMessage message, CancellationToken cancellationToken)
    {
        var id = string.Concat(message.MessageId!.Split('@')[0].Where(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.'));
        var file = System.IO.Path.Combine(Path, $"{message.Date.UtcDateTime:yyyy-MM-dd_HHmmss}_{id[..Math.Min(id.Length, 60)]}.eml");
        var unfinished = file + ".tmp";
        await using (var stream = File.Create(unfinished))
            await message.WriteToAsync(stream, cancellationToken);
        File.Move(unfinished, file, overwrite: true);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
