using System.Linq.Expressions;
using System.Text;

namespace KpsCrm.Data;

/// <summary>Finds rows by what someone typed, literally and in upper or lower case.</summary>
public static class TextSearch
{
    /// <summary>Nobody looks for more.</summary>
    public const int MaxLength = 200;

    /// <summary>Without what no one types and no database takes: control characters, and halves of a character.</summary>
    /// <returns>Null when nothing is left.</returns>
    public static string? Clean(string? typed, int maxLength = MaxLength)
    {
        var text = string.Concat((typed ?? "").EnumerateRunes().Where(r => !Rune.IsControl(r) && r != Rune.ReplacementChar)).Trim();
        if (text.Length > maxLength)
            text = text[..(char.IsHighSurrogate(text[maxLength - 1]) ? maxLength - 1 : maxLength)];
        return text.Length == 0 ? null : text;
    }

    /// <summary>The rows that have <paramref name="text"/> in one of their fields.</summary>
    public static IQueryable<T> Containing<T>(this IQueryable<T> rows, string text, params Expression<Func<T, string?>>[] fields)
    {
        var row = Expression.Parameter(typeof(T), "row");
        Expression<Func<string>> sought = () => text.ToLowerInvariant();
        // SQLite's own lower() knows ASCII only, but is far quicker.
        var lower = Ascii.IsValid(text)
            ? typeof(string).GetMethod(nameof(string.ToLower), [])!
            : typeof(TextSearch).GetMethod(nameof(Lower))!;
        var any = fields
            .Select(f => new Swap(f.Parameters[0], row).Visit(f.Body))
            .Select(field => lower.IsStatic ? Expression.Call(lower, field) : Expression.Call(field, lower))
            .Select(lowered => (Expression)Expression.Call(lowered, nameof(string.Contains), null, sought.Body))
            .Aggregate(Expression.OrElse);
        return rows.Where(Expression.Lambda<Func<T, bool>>(any, row));
    }

    /// <summary>Lower case in the database, in every script.</summary>
    public static string Lower(string? text) => throw new NotSupportedException("Only within a query.");

    private sealed class Swap(ParameterExpression from, ParameterExpression to) : ExpressionVisitor
    {
        protected override Expression VisitParameter(ParameterExpression node) => node == from ? to : node;
    }
}
