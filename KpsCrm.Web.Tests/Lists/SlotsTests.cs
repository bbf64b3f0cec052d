using CsCheck;
using KpsCrm.Web.Features.Lists;

namespace KpsCrm.Web.Tests.Lists;

public sealed class SlotsTests
{
    [Fact]
    public void WhoStaysKeepsItsPlaceAndNoTwoShareOne() =>
        Gen.Int[1, 30].HashSet[0, 20].Array[1, 8].Sample(pages =>
        {
            var slots = new Slots();
            var before = new Dictionary<int, int>();
            foreach (var page in pages)
            {
                slots.Hold(page);
                var now = page.ToDictionary(id => id, slots.Of);
                Assert.Equal(page.Count, now.Values.Distinct().Count());
                Assert.All(now.Where(n => before.ContainsKey(n.Key)), n => Assert.Equal(before[n.Key], n.Value));
                before = now;
            }
        });

    [Fact]
    public void AnotherPageTakesTheSamePlaces()
    {
        var slots = new Slots();
        slots.Hold([1, 2, 3]);
        var before = new[] { slots.Of(1), slots.Of(2), slots.Of(3) };
        slots.Hold([4, 5, 6]);
        Assert.Equal(before, new[] { slots.Of(4), slots.Of(5), slots.Of(6) });
    }
}
