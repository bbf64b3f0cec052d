using System.Text;
using KpsCrm.Data;

namespace KpsCrm.Web.Features.Files;

/// <summary>What a file is, judged by its content alone.</summary>
/// <param name="Name">"a PDF document"</param>
/// <param name="Endings">What its name may end with; the first is given to a name without an ending.</param>
public sealed record FileType(string Name, string ContentType, params string[] Endings)
{
    private const string Allowed = "PDF, pictures, Office documents, text, recordings and ZIP can be attached; put anything else into a ZIP.";
    private static readonly string[] OfPrograms = [".exe", ".dll", ".com", ".scr", ".msi", ".bat", ".cmd", ".ps1", ".vbs", ".js", ".mjs", ".jse", ".wsf", ".hta", ".jar", ".sh", ".lnk", ".reg", ".apk", ".app", ".dmg", ".docm", ".xlsm", ".pptm"];
    private static readonly string[] OfWebPages = [".html", ".htm", ".xhtml", ".mht", ".mhtml", ".svg", ".svgz"];

    /// <summary>The type of a file that may be kept, and the name it is kept under.</summary>
    /// <exception cref="RuleException">A program, a web page, damaged, or not what its name says.</exception>
    public static (FileType Type, string Name) Demand(string path, string name)
    {
        var ending = FileNames.EndingOf(name);
        if (OfPrograms.Contains(ending))
            throw new RuleException("This is a program or holds one; programs can't be attached.");
        if (OfWebPages.Contains(ending))
            throw new RuleException("Web pages and SVG pictures can't be attached; a PDF of them can.");

        using var file = File.OpenRead(path);
        Span<byte> buffer = stackalloc byte[4096];
        var start = buffer[..file.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false)];
        if (Signatures.IsProgram(start))
            throw new RuleException("This is a program; programs can't be attached.");

        var type = Signatures.Find(start, file) ?? PlainText.Find(start, file, name)
            ?? throw new RuleException($"Files of this kind can't be attached. {Allowed}");
        if (ending.Length == 0)
            return (type, FileNames.Clean(name + type.Endings[0]));
        return type.Endings.Contains(ending)
            ? (type, name)
            : throw new RuleException($"This is not what its name says, but {type.Name}.");
    }
}

/// <summary>Text, and what only looks like it.</summary>
internal static class PlainText
{
    private static readonly FileType Text = new("plain text", "text/plain", ".txt", ".csv", ".tsv", ".md", ".log", ".json", ".xml", ".eml", ".ics", ".vcf", ".ofx", ".qfx", ".qbo", ".iif", ".yaml", ".yml");
    private static readonly string[] OfMarkup = ["<!doctype html", "<html", "<svg", "<script", "<head", "<body", "<iframe", "<!doctype svg"];

    /// <exception cref="RuleException">Markup that a browser would run.</exception>
    public static FileType? Find(ReadOnlySpan<byte> start, Stream file, string name)
    {
        if (!IsText(start, file))
            return null;
        var words = Encoding.Latin1.GetString(start).ToLowerInvariant();
        if (start is [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..])
            words = words.Replace("\0", "", StringComparison.Ordinal);
        words = words.TrimStart('ï', '»', '¿', 'ÿ', 'þ', ' ', '\t', '\r', '\n');
        // An XML file says in its first element what it is; other text says it at once.
        if (OfMarkup.Any(m => words.StartsWith(m, StringComparison.Ordinal) || ((words.StartsWith("<?xml", StringComparison.Ordinal) || words.StartsWith("<!--", StringComparison.Ordinal)) && words.Contains(m, StringComparison.Ordinal))))
            throw new RuleException("Web pages and SVG pictures can't be attached; a PDF of them can.");
        return FileNames.EndingOf(name) is ".csv" ? Text with { ContentType = "text/csv" } : Text;
    }

    /// <summary>No bytes that text doesn't have. Not only UTF-8: spreadsheets on Windows still write their own alphabet.</summary>
    private static bool IsText(ReadOnlySpan<byte> start, Stream file)
    {
        if (start is [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..])
            return true;
        file.Position = 0;
        Span<byte> buffer = stackalloc byte[16 * 1024];
        for (int read; (read = file.Read(buffer)) > 0;)
        {
            foreach (var b in buffer[..read])
            {
                if (b < 0x20 && b is not ((byte)'\t' or (byte)'\n' or (byte)'\r' or (byte)'\f') || b == 0x7F)
                    return false;
            }
        }
        return true;
    }
}
