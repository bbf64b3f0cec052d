using CsCheck;
using KpsCrm.Data.Ordering;

namespace KpsCrm.Web.Tests.Pipeline;

public class RankTests
{
    /// <summary>Digits at the edges far more often than by chance: carries are where a step goes wrong.</summary>
    private static readonly Gen<string> AnyRank = Gen.Int[0, 4].Array[0, 20].Select(Gen.Int[1, 4], (head, last) => string.Concat(head.Append(last).Select(i => "01iyz"[i])));

    [Fact]
    public void ARankLiesStrictlyBetweenItsNeighboursAfterAnySequenceOfInserts() =>
        Gen.Int[0, 1_000_000].Array[1, 200].Sample(places =>
        {
            var column = new List<string>();
            foreach (var place in places)
            {
                // A third of the drops at either end, as people do.
                var at = (place % 3) switch { 0 => 0, 1 => column.Count, _ => place / 3 % (column.Count + 1) };
                var above = at > 0 ? column[at - 1] : null;
                var below = at < column.Count ? column[at] : null;
                var rank = Rank.Between(above, below);
                Assert.True(above is null || string.CompareOrdinal(above, rank) < 0);
                Assert.True(below is null || string.CompareOrdinal(rank, below) < 0);
                Assert.False(rank.EndsWith('0'));
                column.Insert(at, rank);
            }
            Assert.Equal(column.Order(StringComparer.Ordinal), column);
            Assert.Equal(column.Count, column.Distinct().Count());
        });

    [Theory, InlineData(true), InlineData(false)]
    public void RanksStayShortHoweverManyCardsAreAddedAtAnEnd(bool atTheTop)
    {
        var rank = Rank.Middle;
        for (var i = 0; i < 50_000; i++)
        {
            var next = atTheTop ? Rank.Between(null, rank) : Rank.Between(rank, null);
            Assert.True(atTheTop ? string.CompareOrdinal(next, rank) < 0 : string.CompareOrdinal(rank, next) < 0);
            rank = next;
        }

        Assert.InRange(rank.Length, 1, 8);
    }

    [Fact]
    public void AtAnEndThereIsAlwaysAShortPlaceBeyondAnyRankHoweverLong() =>
        AnyRank.Select(Gen.Int[1, 50], Gen.Bool).Sample((start, times, atTheTop) =>
        {
            var rank = start;
            for (var i = 0; i < times; i++)
            {
                var next = atTheTop ? Rank.Between(null, rank) : Rank.Between(rank, null);
                Assert.True(atTheTop ? string.CompareOrdinal(next, rank) < 0 : string.CompareOrdinal(rank, next) < 0, $"{next} beyond {rank}");
                Assert.False(next.EndsWith('0'));
                Assert.InRange(next.Length, 1, Math.Max(8, 2 * rank.Length));
                rank = next;
            }
        });

    [Theory, InlineData("0001", true), InlineData("00000001", true), InlineData("zzzz", false), InlineData("zzzzzzzz", false), InlineData("zzzzzzzzzzzz", false), InlineData("1", true), InlineData("i0000z", true)]
    public void ThousandsFitBeyondTheLastRankOfAWidth(string rank, bool atTheTop)
    {
        var longest = 2 * Math.Max(8, rank.Length);
        for (var i = 0; i < 5_000; i++)
        {
            var next = atTheTop ? Rank.Between(null, rank) : Rank.Between(rank, null);
            Assert.True(atTheTop ? string.CompareOrdinal(next, rank) < 0 : string.CompareOrdinal(rank, next) < 0, $"{next} beyond {rank}");
            Assert.InRange(next.Length, 1, longest);
            rank = next;
        }
    }

    [Fact]
    public void ThereIsRoomForHundredsOfDropsInTheSameGap()
    {
        var (above, below) = ("i", "j");
        for (var i = 0; i < 400; i++)
            above = Rank.Between(above, below);

        Assert.InRange(above.Length, 1, 200);
    }

    [Theory, InlineData("i", "i"), InlineData("j", "i")]
    public void ThereIsNoPlaceBetweenRanksInTheWrongOrder(string above, string below) =>
        Assert.Throws<ArgumentException>(() => Rank.Between(above, below));
}
