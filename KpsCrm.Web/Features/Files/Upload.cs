using KpsCrm.Data;
using KpsCrm.Data.Files;
using KpsCrm.Data.Security;
using Microsoft.AspNetCore.Components.Forms;

namespace KpsCrm.Web.Features.Files;

/// <summary>A file on its way from a browser.</summary>
public sealed class Upload(IBrowserFile file)
{
    private const int ToldEvery = 256 * 1024;

    public string Name => file.Name;

    public int Percent { get; private set; }

    /// <summary>Why it was not kept; null while it is on its way.</summary>
    public string? Refusal { get; private set; }

    /// <param name="keep">Keeps the content under a name.</param>
    /// <param name="onProgress">Called now and then.</param>
    public async Task RunAsync(Func<string, Stream, Task> keep, Action onProgress)
    {
        // Known before a byte is sent.
        if (file.Size > Attachment.MaxBytes)
            throw new RuleException($"It has {FileLine.SizeOf(file.Size)}; a file can have 10 MB at most.");

        var told = 0L;
        await using var content = new CountedStream(file.OpenReadStream(Attachment.MaxBytes), read =>
        {
            if (read - told < ToldEvery && read < file.Size)
                return;
            told = read;
            Percent = (int)(100 * read / Math.Max(1, file.Size));
            onProgress();
        });
        await keep(file.Name, content);
    }

    public void Refuse(Exception e, ILogger log)
    {
        Refusal = e is RuleException or AccessDeniedException ? e.Message : "It could not be kept just now. Attach it again in a moment.";
        if (e is not (RuleException or AccessDeniedException))
            log.LogWarning(e, "A file could not be kept");
    }

    /// <summary>Tells how much has been read.</summary>
    private sealed class CountedStream(Stream inner, Action<long> onRead) : Stream
    {
        private long _read;

        public override bool CanRead => true;
        public override bool CanSeek => false;
        public override bool CanWrite => false;
        public override long Length => inner.Length;
        public override long Position { get => _read; set => throw new NotSupportedException(); }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var read = await inner.ReadAsync(buffer, cancellationToken);
            _read += read;
            onRead(_read);
            return read;
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();
        public override void Flush() => throw new NotSupportedException();
        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
        public override void SetLength(long value) => throw new NotSupportedException();
        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override async ValueTask DisposeAsync()
        {
            await inner.DisposeAsync();
            await base.DisposeAsync();
        }
    }
}
