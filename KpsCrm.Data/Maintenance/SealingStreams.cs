using System.Security.Cryptography;

namespace KpsCrm.Data.Maintenance;

/// <summary>Encrypts what is written into it. Without <see cref="Complete"/> the file has no end and can't be opened.</summary>
internal sealed class SealingStream : ForwardStream
{
    private readonly Stream _to;
    private readonly AesGcm _key;
    private readonly byte[] _plain = new byte[Sealing.ChunkSize];
    private readonly byte[] _sealed = new byte[Sealing.ChunkSize + Sealing.TagSize];
    private int _filled;
    private long _number;

    public SealingStream(Stream to, string passphrase)
    {
        (var header, _key) = Sealing.Begin(passphrase);
        _to = to;
        _to.Write(header);
    }

    public override bool CanWrite => true;

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        while (buffer.Length > 0)
        {
            // A full chunk waits until it is known whether it is the last.
            if (_filled == Sealing.ChunkSize)
                Seal(last: false);
            var part = Math.Min(buffer.Length, Sealing.ChunkSize - _filled);
            buffer[..part].CopyTo(_plain.AsSpan(_filled));
            _filled += part;
            buffer = buffer[part..];
        }
    }

    /// <summary>The end: nothing can follow, and nothing be cut off.</summary>
    public void Complete() => Seal(last: true);

    private void Seal(bool last)
    {
        Span<byte> nonce = stackalloc byte[Sealing.NonceSize];
        Sealing.Nonce(nonce, _number++, last);
        _key.Encrypt(nonce, _plain.AsSpan(0, _filled), _sealed.AsSpan(0, _filled), _sealed.AsSpan(_filled, Sealing.TagSize));
        _to.Write(_sealed, 0, _filled + Sealing.TagSize);
        _filled = 0;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _key.Dispose();
        base.Dispose(disposing);
    }
}

/// <summary>Reads what <see cref="SealingStream"/> wrote. Gives out nothing that was not proved.</summary>
internal sealed class UnsealingStream : ForwardStream
{
    private readonly Stream _from;
    private readonly AesGcm _key;
    private readonly byte[] _sealed = new byte[Sealing.ChunkSize + Sealing.TagSize];
    private readonly byte[] _plain = new byte[Sealing.ChunkSize];
    private int _at, _length;
    private long _number;
    private bool _ended;

    /// <exception cref="TroubleException"/>
    public UnsealingStream(Stream from, string passphrase)
    {
        var header = new byte[Sealing.HeaderSize];
        _from = from;
        _key = Sealing.Open(header.AsSpan(0, from.ReadAtLeast(header, header.Length, throwOnEndOfStream: false)), passphrase);
    }

    public override bool CanRead => true;

    public override int Read(Span<byte> buffer)
    {
        while (_at == _length)
        {
            if (_ended)
                return 0;
            Open();
        }
        var part = Math.Min(buffer.Length, _length - _at);
        _plain.AsSpan(_at, part).CopyTo(buffer);
        _at += part;
        return part;
    }

    private void Open()
    {
        var read = _from.ReadAtLeast(_sealed, _sealed.Length, throwOnEndOfStream: false);
        _ended = _from.Position == _from.Length;
        try
        {
            if (read < Sealing.TagSize)
                throw new CryptographicException();
            Span<byte> nonce = stackalloc byte[Sealing.NonceSize];
            Sealing.Nonce(nonce, _number++, _ended);
            (_at, _length) = (0, read - Sealing.TagSize);
            _key.Decrypt(nonce, _sealed.AsSpan(0, _length), _sealed.AsSpan(_length, Sealing.TagSize), _plain.AsSpan(0, _length));
        }
        catch (CryptographicException e)
        {
            throw new TroubleException("The encrypted backup is cut off or was changed; take another.", e);
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _key.Dispose();
        base.Dispose(disposing);
    }
}

/// <summary>A stream that only goes on.</summary>
internal abstract class ForwardStream : Stream
{
    public override bool CanRead => false;
    public override bool CanSeek => false;
    public override bool CanWrite => false;
    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override void Flush()
    {
        // What is not a whole chunk waits for its end.
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer) => throw new NotSupportedException();

    public override void Write(ReadOnlySpan<byte> buffer) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
