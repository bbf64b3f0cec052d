using KpsCrm.Web.Features.Tasks;
using KpsCrm.Web.Shared;

namespace KpsCrm.Web.Features.Pipeline;

public enum StageEnd
{
    Open,
    Won,
    Lost,
}

/// <summary>A column of a board.</summary>
/// <param name="Word">As in the database: <c>closed_won</c>.</param>
/// <param name="Name">As people say it: "Won".</param>
/// <param name="Color">The CSS variable of its colour.</param>
/// <param name="Probability">Percent that a card gets here; null on a board without probabilities.</param>
public sealed record Stage(string Word, string Name, string Color, StageEnd End, int? Probability);

/// <summary>What a card shows. Equal records look the same, so an equal card is not rendered again.</summary>
/// <param name="Tag">A word that matters before all else: "Urgent".</param>
/// <param name="Next">Its next step; null for none.</param>
/// <param name="CloseOn">Only where a close date is still awaited or was kept.</param>
public sealed record Card(int Id, string Stage, int Version, string Title, string Subtitle, long AmountCents, int? Probability, DateOnly? CloseOn, int IdleDays, string? Owner, string? Tag = null, NextStep? Next = null)
{
    public string Amount => Settings.Money(AmountCents);
    public string MoveLabel => $"Move to… {Title}";
    public string Idle => $"idle {IdleDays} d";
    public string IdleTitle => $"Last activity {Words.Count(IdleDays, "day")} ago";
    public string? CloseTitle => CloseOn is { } day ? $"Closes {Words.Full(day)}" : null;
    public string OwnerInitials => Initials.Of(Owner);
    public string OwnerLabel => $"Owner: {Owner}";
}

/// <summary>A column's true totals, and its first cards.</summary>
public sealed record Column(string Stage, int Count, long TotalCents, long WeightedCents, IReadOnlyList<Card> Cards);

public sealed record BoardAnswer(IReadOnlyList<Column> Columns)
{
    public int Count => Columns.Sum(c => c.Count);

    public Column In(string stage) => Columns.First(c => c.Stage == stage);

    public Card? Find(int id) => Columns.SelectMany(c => c.Cards).FirstOrDefault(c => c.Id == id);

    public IEnumerable<Card> Cards => Columns.SelectMany(c => c.Cards);

    /// <summary>The board as it will be when the move is saved, totals included.</summary>
    public BoardAnswer With(Card card, Stage to, Place place)
    {
        var moved = card with { Stage = to.Word, Probability = card.Stage == to.Word ? card.Probability : to.Probability };
        return new([.. Columns.Select(column =>
        {
            if (column.Stage == card.Stage)
                column = Without(column, card);
            return column.Stage == to.Word ? Including(column, moved, place) : column;
        })]);
    }

    private static Column Without(Column column, Card card) => column with
    {
        Count = column.Count - 1,
        TotalCents = column.TotalCents - card.AmountCents,
        WeightedCents = column.WeightedCents - Weighted(card),
        Cards = [.. column.Cards.Where(c => c.Id != card.Id)],
    };

    private static Column Including(Column column, Card card, Place place)
    {
        var cards = column.Cards.ToList();
        cards.Insert(place.Bottom ? cards.Count : place.AboveId is { } above ? cards.FindIndex(c => c.Id == above) + 1 : 0, card);
        return column with
        {
            Count = column.Count + 1,
            TotalCents = column.TotalCents + card.AmountCents,
            WeightedCents = column.WeightedCents + Weighted(card),
            Cards = cards,
        };
    }

    private static long Weighted(Card card) => card.AmountCents * (card.Probability ?? 0) / 100;
}

/// <summary>How many cards of each column a screen has, in the order of the columns. A value: screens that scrolled alike share one answer.</summary>
public sealed class Depths(params IEnumerable<int> each) : IEquatable<Depths>
{
    public const int Step = 24;

    private readonly int[] _each = [.. each];

    public int this[int column] => _each[column];

    public Depths Deeper(int column) => new(_each.Select((n, i) => i == column ? n + Step : n));

    public bool Equals(Depths? other) => other is not null && _each.AsSpan().SequenceEqual(other._each);

    public override bool Equals(object? obj) => Equals(obj as Depths);

    public override int GetHashCode() => _each.Aggregate(17, HashCode.Combine);
}
