using System.Security.Cryptography;
using KpsCrm.Data.Maintenance;

namespace KpsCrm.Web.Tests.Maintenance;

public class SealingTests
{
    private const string Passphrase = "correct horse battery";

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(Sealing.ChunkSize - 1)]
    [InlineData(Sealing.ChunkSize)]
    [InlineData(Sealing.ChunkSize + 1)]
    [InlineData(3 * Sealing.ChunkSize)]
    public void WhatWasSealedIsReadAgain(int length)
    {
        var plain = RandomNumberGenerator.GetBytes(length);
        Assert.Equal(plain, Open(Seal(plain), Passphrase));
    }

    [Fact]
    public void AnotherPassphraseIsToldApartFromDamage()
    {
        var file = Seal(RandomNumberGenerator.GetBytes(100_000));
        Assert.Throws<WrongPassphraseException>(() => Open(file, "correct horse batterz"));

        file[^5] ^= 1;
        Assert.Contains("cut off or was changed", Assert.Throws<TroubleException>(() => Open(file, Passphrase)).Message);
        Assert.Contains("no encrypted backup", Assert.Throws<TroubleException>(() => Open([1, 2, 3], Passphrase)).Message);
    }

    [Fact]
    public void NothingCanBeCutOffSwappedOrRepeated()
    {
        var file = Seal(RandomNumberGenerator.GetBytes(3 * Sealing.ChunkSize));
        const int Chunk = Sealing.ChunkSize + Sealing.TagSize;
        var (first, second) = (file[Sealing.HeaderSize..][..Chunk], file[(Sealing.HeaderSize + Chunk)..][..Chunk]);
        byte[][] forged =
        [
            file[..(Sealing.HeaderSize + Chunk)],
            file[..^1],
            [.. file[..Sealing.HeaderSize], .. second, .. first, .. file[(Sealing.HeaderSize + 2 * Chunk)..]],
            [.. file[..(Sealing.HeaderSize + Chunk)], .. first, .. file[(Sealing.HeaderSize + 2 * Chunk)..]],
            [.. file, .. first],
            file[..Sealing.HeaderSize],
        ];
        Assert.All(forged, f => Assert.Throws<TroubleException>(() => Open(f, Passphrase)));
    }

    [Fact]
    public void TheSameIsNeverSealedTheSame()
    {
        var plain = new byte[1_000];
        Assert.NotEqual(Seal(plain), Seal(plain));
    }

    private static byte[] Seal(byte[] plain)
    {
        using var file = new MemoryStream();
        using (var sealing = new SealingStream(file, Passphrase))
        {
            sealing.Write(plain);
            sealing.Complete();
        }
        return file.ToArray();
    }

    private static byte[] Open(byte[] file, string passphrase)
    {
        using var from = new MemoryStream(file);
        using var opened = new UnsealingStream(from, passphrase);
        using var plain = new MemoryStream();
        opened.CopyTo(plain);
        return plain.ToArray();
    }
}
