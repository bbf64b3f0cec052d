using System.Globalization;
using System.Text;
using SQLitePCL;

namespace KpsCrm.Data.Maintenance;

internal enum LegacyKind
{
    Null,
    Integer,
    Real,
    Text,

    /// <summary>Bytes that are no text; <see cref="LegacyValue.Text"/> has them in hexadecimal.</summary>
    Bytes,
}

/// <summary>What lies in one field, whatever the column was declared as: SQLite lets anything lie anywhere.</summary>
/// <param name="IsRepaired">The bytes were no UTF-8 and have been read as Windows-1252, which nearly all such text is.</param>
internal readonly record struct LegacyValue(LegacyKind Kind, long Integer, double Real, string? Text, bool IsRepaired)
{
    private static readonly UTF8Encoding Utf8 = new(false, throwOnInvalidBytes: true);
    private static readonly Encoding Windows1252 = CodePagesEncodingProvider.Instance.GetEncoding(1252)!;

    public bool IsNothing => Kind == LegacyKind.Null || (Kind == LegacyKind.Text && string.IsNullOrWhiteSpace(Text));

    /// <summary>Of the row that the statement stands on. Text is read byte by byte, so that a NUL within ends nothing.</summary>
    public static LegacyValue Read(sqlite3_stmt row, int column)
    {
        switch (raw.sqlite3_column_type(row, column))
        {
            case raw.SQLITE_INTEGER:
                return new(LegacyKind.Integer, raw.sqlite3_column_int64(row, column), 0, null, false);
            case raw.SQLITE_FLOAT:
                return new(LegacyKind.Real, 0, raw.sqlite3_column_double(row, column), null, false);
            case raw.SQLITE_TEXT:
                // Asked for as text first: of a file in UTF-16 the bytes would be that otherwise.
                _ = raw.sqlite3_column_text(row, column);
                return OfBytes(raw.sqlite3_column_blob(row, column), isText: true);
            case raw.SQLITE_BLOB:
                return OfBytes(raw.sqlite3_column_blob(row, column), isText: false);
            default:
                return default;
        }
    }

    private static LegacyValue OfBytes(ReadOnlySpan<byte> bytes, bool isText)
    {
        try
        {
            var text = Utf8.GetString(bytes);
            return isText || !text.Any(char.IsControl) ? new(LegacyKind.Text, 0, 0, text, false) : Hexadecimal(bytes);
        }
        catch (DecoderFallbackException)
        {
            return isText ? new(LegacyKind.Text, 0, 0, Windows1252.GetString(bytes), true) : Hexadecimal(bytes);
        }
    }

    private static LegacyValue Hexadecimal(ReadOnlySpan<byte> bytes) => new(LegacyKind.Bytes, 0, 0, "0x" + Convert.ToHexStringLower(bytes), false);

    /// <summary>As a person reads it; null for nothing.</summary>
    public override string? ToString() => Kind switch
    {
        LegacyKind.Integer => Integer.ToString(CultureInfo.InvariantCulture),
        LegacyKind.Real => Real.ToString("R", CultureInfo.InvariantCulture),
        _ => Text,
    };
}
