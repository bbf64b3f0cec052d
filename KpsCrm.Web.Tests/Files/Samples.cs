using System.IO.Compression;
using System.Text;

namespace KpsCrm.Web.Tests.Files;

/// <summary>The beginnings of files, enough to know them by.</summary>
internal static class Samples
{
    public static byte[] Pdf => [.. "%PDF-1.7\n%âãÏÓ\n1 0 obj\n"u8, 0, 1, 2];
    public static byte[] Png => [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13, .. "IHDR"u8];
    public static byte[] Jpeg => [0xFF, 0xD8, 0xFF, 0xE0, 0, 16, .. "JFIF\0"u8];
    public static byte[] Gif => [.. "GIF89a"u8, 1, 0, 1, 0];
    public static byte[] Webp => [.. "RIFF"u8, 4, 0, 0, 0, .. "WEBPVP8 "u8];
    public static byte[] Exe => [.. "MZ"u8, 0x90, 0, 3, 0, 0, 0];
    public static byte[] Elf => [0x7F, .. "ELF"u8, 2, 1, 1, 0];
    public static byte[] OldWord => [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1, .. new byte[500]];
    public static byte[] LockedWord => [.. OldWord, .. Encoding.Unicode.GetBytes("EncryptedPackage")];
    public static byte[] Heic => [0, 0, 0, 24, .. "ftypheic"u8, 0, 0, 0, 0];
    public static byte[] Svg => [.. "<?xml version=\"1.0\"?>\n<!-- x -->\n<svg xmlns=\"http://www.w3.org/2000/svg\"/>"u8];
    public static byte[] Html => [.. "\n <!DOCTYPE html><title>x</title>"u8];
    public static byte[] Text => [.. "Grüße aus Dallas\r\n"u8];
    public static byte[] WindowsCsv => [.. Encoding.Latin1.GetBytes("Name;Größe\r\nMüller;3\r\n")];
    public static byte[] Utf16 => [.. Encoding.Unicode.GetPreamble(), .. Encoding.Unicode.GetBytes("Hello")];
    public static byte[] Noise => [0, 1, 2, 3, 4, 5, 6, 7, 8];

    public static byte[] Zip(params string[] entries)
    {
        var memory = new MemoryStream();
        using (var archive = new ZipArchive(memory, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var entry in entries)
            {
                using var content = archive.CreateEntry(entry).Open();
                content.Write(entry == "mimetype" ? "application/vnd.oasis.opendocument.text"u8 : "x"u8);
            }
        }
        return memory.ToArray();
    }

    public static byte[] Word => Zip("[Content_Types].xml", "word/document.xml");
    public static byte[] Excel => Zip("[Content_Types].xml", "xl/workbook.xml");
}
