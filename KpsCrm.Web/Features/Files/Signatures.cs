using System.IO.Compression;
using System.Text;
using KpsCrm.Data;

namespace KpsCrm.Web.Features.Files;

/// <summary>The first bytes by which kinds of files are known. Source: the formats' own specifications.</summary>
internal static class Signatures
{
    private static readonly FileType Pdf = new("a PDF document", "application/pdf", ".pdf");
    private static readonly FileType Zip = new("a ZIP archive", "application/zip", ".zip");
    private static readonly FileType OldOffice = new("a document of an older Office", "application/x-ole-storage", ".doc", ".xls", ".ppt", ".msg", ".dot", ".xlt", ".pps");
    private static readonly FileType Locked = new("an Office document with a password", "application/x-ole-storage", ".docx", ".xlsx", ".pptx");

    private static readonly (byte[] Start, FileType Type)[] Known =
    [
        ([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A], new("a PNG picture", "image/png", ".png")),
        ([0xFF, 0xD8, 0xFF], new("a JPEG picture", "image/jpeg", ".jpg", ".jpeg", ".jpe", ".jfif")),
        ([.. "GIF87a"u8], new("a GIF picture", "image/gif", ".gif")),
        ([.. "GIF89a"u8], new("a GIF picture", "image/gif", ".gif")),
        ([.. "II*\0"u8], new("a TIFF picture", "image/tiff", ".tif", ".tiff")),
        ([.. "MM\0*"u8], new("a TIFF picture", "image/tiff", ".tif", ".tiff")),
        ([.. "{\\rtf"u8], new("an RTF document", "application/rtf", ".rtf", ".doc")),
        ([0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C], new("a 7-Zip archive", "application/x-7z-compressed", ".7z")),
        ([0x1F, 0x8B, 0x08], new("a GZIP archive", "application/gzip", ".gz", ".tgz")),
        ([.. "ID3"u8], new("an MP3 recording", "audio/mpeg", ".mp3")),
        ([0xFF, 0xFB], new("an MP3 recording", "audio/mpeg", ".mp3")),
        ([.. "OggS"u8], new("an Ogg recording", "audio/ogg", ".ogg", ".oga", ".opus")),
    ];

    private static readonly (string Marker, FileType Type)[] InRiff =
    [
        ("WEBP", new("a WebP picture", "image/webp", ".webp")),
        ("WAVE", new("a WAV recording", "audio/wav", ".wav")),
    ];

    private static readonly (string[] Brands, FileType Type)[] InBoxes =
    [
        (["heic", "heix", "hevc", "heim", "heis", "mif1", "msf1"], new("a HEIC picture", "image/heic", ".heic", ".heif")),
        (["avif", "avis"], new("an AVIF picture", "image/avif", ".avif")),
        (["M4A ", "M4B "], new("an M4A recording", "audio/mp4", ".m4a")),
        (["qt  "], new("a QuickTime film", "video/quicktime", ".mov")),
        (["isom", "iso2", "iso4", "iso5", "iso6", "mp41", "mp42", "avc1", "M4V ", "dash"], new("an MP4 film", "video/mp4", ".mp4", ".m4v", ".m4a")),
    ];

    private static readonly (string Folder, FileType Type)[] InOffice =
    [
        ("word/", new("a Word document", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", ".docx")),
        ("xl/", new("an Excel workbook", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", ".xlsx")),
        ("ppt/", new("a PowerPoint presentation", "application/vnd.openxmlformats-officedocument.presentationml.presentation", ".pptx")),
    ];

    private static readonly (string MimeType, FileType Type)[] InOpenDocument =
    [
        ("application/vnd.oasis.opendocument.text", new("an OpenDocument text", "application/vnd.oasis.opendocument.text", ".odt")),
        ("application/vnd.oasis.opendocument.spreadsheet", new("an OpenDocument spreadsheet", "application/vnd.oasis.opendocument.spreadsheet", ".ods")),
        ("application/vnd.oasis.opendocument.presentation", new("an OpenDocument presentation", "application/vnd.oasis.opendocument.presentation", ".odp")),
    ];

    /// <summary>Windows, Linux, macOS, WebAssembly, scripts with an interpreter, Windows shortcuts.</summary>
    public static bool IsProgram(ReadOnlySpan<byte> start) => start
        is [(byte)'M', (byte)'Z', ..] or [0x7F, (byte)'E', (byte)'L', (byte)'F', ..] or [(byte)'#', (byte)'!', ..] or [0x00, (byte)'a', (byte)'s', (byte)'m', ..]
        or [0xFE, 0xED, 0xFA, 0xCE or 0xCF, ..] or [0xCE or 0xCF, 0xFA, 0xED, 0xFE, ..] or [0xCA, 0xFE, 0xBA, 0xBE, ..] or [0x4C, 0x00, 0x00, 0x00, 0x01, 0x14, 0x02, 0x00, ..];

    /// <exception cref="RuleException">It begins like an archive and is none.</exception>
    public static FileType? Find(ReadOnlySpan<byte> start, Stream file)
    {
        foreach (var (bytes, type) in Known)
        {
            if (start.StartsWith(bytes))
                return type;
        }
        if (start[..Math.Min(start.Length, 1024)].IndexOf("%PDF-"u8) is >= 0)
            return Pdf;
        if (start is [(byte)'P', (byte)'K', 3, 4, ..] or [(byte)'P', (byte)'K', 5, 6, ..])
            return InZip(file);
        if (start is [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1, ..])
            return Contains(file, Encoding.Unicode.GetBytes("EncryptedPackage")) ? Locked : OldOffice;
        if (start.Length < 12)
            return null;
        var (first, second, third) = (Word(start, 0), Word(start, 4), Word(start, 8));
        return first == "RIFF" ? InRiff.FirstOrDefault(r => r.Marker == third).Type
            : second == "ftyp" ? InBoxes.FirstOrDefault(b => b.Brands.Contains(third)).Type
            : null;
    }

    private static FileType InZip(Stream file)
    {
        try
        {
            file.Position = 0;
            using var archive = new ZipArchive(file, ZipArchiveMode.Read, leaveOpen: true);
            var names = archive.Entries.Select(e => e.FullName).ToList();
            if (names.Contains("[Content_Types].xml"))
            {
                if (names.Any(n => n.EndsWith("vbaProject.bin", StringComparison.OrdinalIgnoreCase)))
                    throw new RuleException("This Office document holds a program (macros); save it without, then attach it.");
                return InOffice.FirstOrDefault(o => names.Any(n => n.StartsWith(o.Folder, StringComparison.Ordinal))).Type ?? Zip;
            }
            if (archive.GetEntry("mimetype") is { Length: < 200 } entry)
            {
                using var reader = new StreamReader(entry.Open());
                var mime = reader.ReadToEnd().Trim();
                return InOpenDocument.FirstOrDefault(o => o.MimeType == mime).Type ?? Zip;
            }
            return Zip;
        }
        catch (InvalidDataException)
        {
            throw new RuleException("The file is damaged: it begins like a ZIP archive or Office document, but can't be opened.");
        }
    }

    private static bool Contains(Stream file, byte[] wanted)
    {
        file.Position = 0;
        var all = new byte[file.Length];
        file.ReadExactly(all);
        return all.AsSpan().IndexOf(wanted) >= 0;
    }

    private static string Word(ReadOnlySpan<byte> bytes, int at) => Encoding.ASCII.GetString(bytes.Slice(at, 4));
}
