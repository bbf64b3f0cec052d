using System.Security.Cryptography;

namespace KpsCrm.Data.Maintenance;

/// <summary>The older file is read from a copy, with all that lies beside it: so it stays as it is, byte for byte, whatever SQLite has to finish in it first.</summary>
internal static class LegacyCopy
{
    /// <returns>The hash of what was copied.</returns>
    public static string Make(string from, string to)
    {
        LegacyFile.Delete(to);
        foreach (var part in LegacyFile.Parts.Where(part => LegacyFile.IsThere(from + part)))
            File.Copy(from + part, to + part);
        return HashOf(to);
    }

    /// <summary>Of the file and what lies beside it.</summary>
    public static string HashOf(string path)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[1 << 20];
        foreach (var part in LegacyFile.Parts.Where(part => LegacyFile.IsThere(path + part)))
        {
            using var file = new FileStream(path + part, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1);
            hash.AppendData(System.Text.Encoding.UTF8.GetBytes(part));
            for (int read; (read = file.Read(buffer)) > 0;)
                hash.AppendData(buffer, 0, read);
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
