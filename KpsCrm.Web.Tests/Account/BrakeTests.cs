using KpsCrm.Data;
using KpsCrm.Data.Security;
using KpsCrm.Web.Tests.Support;

namespace KpsCrm.Web.Tests.Account;

public class BrakeTests
{
    private static Task<BrakeAnswer> TryAsync(TestDatabase data, string what = "anna from home") =>
        data.Store.WriteAsync(Actor.System, db => Brakes.TryAsync(db, what, BrakeSchedule.Guesses));

    /// <summary>H13.</summary>
    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task OfTwoHundredTriesAtOnceFiveAreLetThrough(DatabaseProvider provider)
    {
        await using var data = await TestDatabase.CreateAsync(provider);

        var answers = await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => TryAsync(data)));

        Assert.Equal([1, 2, 3, 4, 5], answers.Where(a => a.Wait is null).Select(a => a.Tries).Order());
        Assert.All(answers.Where(a => a.Wait is not null), a => Assert.Equal(TimeSpan.FromSeconds(15), a.Wait));
    }

    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task ThePausesDoubleUpToAQuarterOfAnHourAndADayForgets(DatabaseProvider provider)
    {
        await using var data = await TestDatabase.CreateAsync(provider);
        for (var i = 0; i < 5; i++)
            Assert.Null((await TryAsync(data)).Wait);

        var pauses = new List<double>();
        for (var i = 0; i < 30; i++)
        {
            var wait = (await TryAsync(data)).Wait!.Value;
            pauses.Add(wait.TotalSeconds);
            data.Clock.Advance(wait);
            Assert.Null((await TryAsync(data)).Wait);
        }
        Assert.Equal([15, 30, 60, 120, 240, 480, 900, 900], pauses.Take(8));
        Assert.All(pauses.Skip(8), p => Assert.Equal(900, p));

        data.Clock.Advance(TimeSpan.FromDays(1) + TimeSpan.FromSeconds(1));
        for (var i = 0; i < 5; i++)
            Assert.Null((await TryAsync(data)).Wait);
        Assert.NotNull((await TryAsync(data)).Wait);
    }

    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task ALockIsCountedForEachPlaceAndTheRightKeyForgetsIt(DatabaseProvider provider)
    {
        await using var data = await TestDatabase.CreateAsync(provider);
        for (var i = 0; i < 6; i++)
            await TryAsync(data);

        Assert.Null((await TryAsync(data, "anna from the office")).Wait);
        Assert.NotNull((await TryAsync(data)).Wait);
        await data.Store.WriteAsync(Actor.System, db => Brakes.ReleaseAsync(db, "anna from home"));
        Assert.Equal(1, (await TryAsync(data)).Tries);

        data.Clock.Advance(TimeSpan.FromDays(2));
        await data.Store.WriteAsync(Actor.System, Brakes.SweepAsync);
        Assert.Equal(1, (await TryAsync(data)).Tries);
    }
}
