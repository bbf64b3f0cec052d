using System.Text;

namespace KpsCrm.Data.Maintenance;

/// <summary>Tables as text that every spreadsheet reads.</summary>
public static class Csv
{
    private const string Formulas = "=+-@\t\r\n＝＋－＠";

    /// <summary>A field of text. What a spreadsheet would take for a formula becomes text by an apostrophe in front.</summary>
    public static string Cell(string? value)
    {
        if (string.IsNullOrEmpty(value))
            return "";
        var text = BeginsLikeAFormula(value) ? "'" + value : value;
        return text.AsSpan().IndexOfAny(",\"\r\n;\t'") >= 0 ? $"\"{text.Replace("\"", "\"\"")}\"" : text;
    }

    /// <summary>The rows of a file, each with the number of its first line; fields parted by <paramref name="comma"/>, in quotes where they hold one, a quote or lines.</summary>
    public static IEnumerable<(int Line, List<string> Fields)> Read(TextReader file, char comma)
    {
        var (fields, field, quoted, line, begun) = (new List<string>(), new StringBuilder(), false, 1, 1);
        for (int read; (read = file.Read()) >= 0;)
        {
            var c = (char)read;
            line += c == '\n' ? 1 : 0;
            if (quoted)
            {
                if (c != '"')
                    field.Append(c);
                else if (file.Peek() == '"')
                    field.Append((char)file.Read());
                else
                    quoted = false;
            }
            else if (c == '"' && field.Length == 0)
                quoted = true;
            else if (c == comma)
                End();
            else if (c == '\n')
            {
                End();
                if (fields.Any(f => f.Length > 0))
                    yield return (begun, fields);
                (fields, begun) = ([], line);
            }
            else if (c != '\r')
                field.Append(c);
        }
        if (field.Length > 0 || fields.Count > 0)
        {
            End();
            yield return (begun, fields);
        }

        void End()
        {
            var text = field.ToString();
            // The apostrophe that Cell put in front.
            fields.Add(text is ['\'', ..] && BeginsLikeAFormula(text[1..]) ? text[1..] : text);
            field.Clear();
        }
    }

    private static bool BeginsLikeAFormula(string text) => text.TrimStart(' ') is [var first, ..] && Formulas.Contains(first);
}
