namespace KpsCrm.Web.Features.Mail;

internal static class OneLine
{
    /// <summary>Fit for a header: no line break or other control character gets through, so nothing can add a header of its own.</summary>
    public static string Of(string? text, int longest = 200)
    {
        var line = string.Join(' ', string.Concat((text ?? "").Select(c => char.IsControl(c) || c is '\u2028' or '\u2029' ? ' ' : c)).Split(' ', StringSplitOptions.RemoveEmptyEntries));
        if (line.Length <= longest)
            return line;
        var end = char.IsHighSurrogate(line[longest - 2]) ? longest - 2 : longest - 1;
        return line[..end] + "…";
    }
}
