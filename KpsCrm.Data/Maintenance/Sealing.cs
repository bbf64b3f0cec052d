using System.Buffers.Binary;
using System.Security.Cryptography;

namespace KpsCrm.Data.Maintenance;

/// <summary>
/// A stream under a passphrase. Header: <c>KPSSEAL</c>, version 1, iterations (4 bytes), salt (16), proof of the passphrase (16). Then chunks of
/// 64 KiB, each AES-256-GCM with its number and whether it is the last in the nonce, so that nothing can be cut off, swapped or repeated. The key is
/// PBKDF2-SHA512 of passphrase and salt, and never used twice.
/// </summary>
internal static class Sealing
{
    public const int ChunkSize = 64 * 1024, TagSize = 16, NonceSize = 12, HeaderSize = 7 + 1 + 4 + 16 + 16;
    private const int Iterations = 210_000, MostIterations = 10_000_000;

    private static ReadOnlySpan<byte> Magic => "KPSSEAL"u8;

    /// <summary>A new file's header and key.</summary>
    public static (byte[] Header, AesGcm Key) Begin(string passphrase)
    {
        var header = new byte[HeaderSize];
        Magic.CopyTo(header);
        header[7] = 1;
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(8), Iterations);
        RandomNumberGenerator.Fill(header.AsSpan(12, 16));
        var (key, proof) = KeyOf(passphrase, header);
        proof.CopyTo(header.AsSpan(28));
        return (header, key);
    }

    public static bool IsSealed(string path)
    {
        var magic = new byte[Magic.Length];
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        return file.ReadAtLeast(magic, magic.Length, throwOnEndOfStream: false) == magic.Length && Magic.SequenceEqual(magic);
    }

    /// <exception cref="TroubleException">It is no sealed file, of a newer version, or the passphrase is another.</exception>
    public static AesGcm Open(ReadOnlySpan<byte> header, string passphrase)
    {
        if (header.Length < HeaderSize || !header[..7].SequenceEqual(Magic))
            throw new TroubleException("The file is no encrypted backup of this program.");
        if (header[7] != 1 || BinaryPrimitives.ReadInt32BigEndian(header[8..]) is < 1 or > MostIterations)
            throw new TroubleException("The file was encrypted by a newer version of this program; use that version.");
        var (key, proof) = KeyOf(passphrase, header);
        if (CryptographicOperations.FixedTimeEquals(proof, header.Slice(28, 16)))
            return key;
        key.Dispose();
        throw new WrongPassphraseException();
    }

    public static void Nonce(Span<byte> nonce, long number, bool last)
    {
        nonce.Clear();
        nonce[0] = last ? (byte)1 : (byte)0;
        BinaryPrimitives.WriteInt64BigEndian(nonce[4..], number);
    }

    private static (AesGcm Key, byte[] Proof) KeyOf(string passphrase, ReadOnlySpan<byte> header)
    {
        var derived = Rfc2898DeriveBytes.Pbkdf2(passphrase.Normalize(), header.Slice(12, 16), BinaryPrimitives.ReadInt32BigEndian(header[8..]), HashAlgorithmName.SHA512, 64);
        // The second half encrypts nothing: it only tells a wrong passphrase from a damaged file.
        return (new AesGcm(derived.AsSpan(0, 32), TagSize), HMACSHA256.HashData(derived.AsSpan(32), header[..28])[..16]);
    }
}

/// <summary>A sealed backup needs its passphrase, or another one.</summary>
public sealed class WrongPassphraseException(string message = "The passphrase is not the one with which this backup was encrypted.") : TroubleException(message);
