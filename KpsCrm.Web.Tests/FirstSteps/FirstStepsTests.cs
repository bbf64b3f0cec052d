using KpsCrm.Data;
using KpsCrm.Data.Changes;
using KpsCrm.Data.Deals;
using KpsCrm.Data.Maintenance;
using KpsCrm.Data.Security;
using KpsCrm.Data.Users;
using KpsCrm.Web.Features.FirstSteps;
using KpsCrm.Web.Live;
using KpsCrm.Web.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace KpsCrm.Web.Tests.FirstSteps;

public class FirstStepsTests
{
    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task EachStepTicksWhenTheDataSaysSo(DatabaseProvider provider)
    {
        await using var data = await TestDatabase.CreateAsync(provider);
        await data.Provided.GetRequiredService<SampleData>().AddIfEmptyAsync(SampleTeam.WithoutLogins, TimeZoneInfo.Utc);
        await data.Store.WriteAsync(data.Admin, async db =>
        {
            foreach (var user in await db.Users.ToListAsync())
                user.IsSample = true;
        });
        Assert.Equal(new FirstStepsState(0, false, true, false, false), await StateAsync(data));

        await data.AddLeadAsync();
        await data.Store.WriteAsync(data.Anna, async db =>
        {
            var deal = await db.Deals.FirstAsync(d => d.Stage == DealStage.Proposal);
            db.Activities.Add(deal.MoveTo(DealStage.ClosedWon, "i", data.Anna, db.Now, new Won(1_00, new DateOnly(2026, 11, 24)))!);
        });
        await data.Store.WriteAsync(data.Admin, db =>
        {
            db.Users.Add(new User { Id = 50, Name = "Cleo", UserName = "cleo@example.com", Email = "cleo@example.com", SecurityStamp = "-", CreatedAt = db.Now });
            return Task.CompletedTask;
        });

        Assert.Equal(new FirstStepsState(1, true, true, true, false), await StateAsync(data));
    }

    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task TheListIsPutAwayForTheFirmAndComesBack(DatabaseProvider provider)
    {
        await using var data = await TestDatabase.CreateAsync(provider);

        await Assert.ThrowsAsync<AccessDeniedException>(() => new SkipFirstSteps(true).RunAsync(data.Store, data.Anna));
        await new SkipFirstSteps(true).RunAsync(data.Store, data.Manager);
        await new SkipFirstSteps(true).RunAsync(data.Store, data.Admin);
        Assert.True((await StateAsync(data)).Skipped);
        await new SkipFirstSteps(false).RunAsync(data.Store, data.Admin);
        Assert.False((await StateAsync(data)).Skipped);
    }

    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task TheBannerCountsWhatIsThereNow(DatabaseProvider provider)
    {
        await using var data = await TestDatabase.CreateAsync(provider);
        await data.Provided.GetRequiredService<SampleData>().AddIfEmptyAsync(SampleTeam.WithoutLogins, TimeZoneInfo.Utc);
        var samples = new SampleWatch(new LiveAnswers(data.Store, data.Feed, data.Clock), data.Feed);
        var before = await samples.CountAsync(data.Anna);

        await data.Store.WriteAsync(data.Anna, async db => db.Leads.Remove(await db.Leads.FirstAsync(l => l.IsSample)));
        await data.AddLeadAsync();

        Assert.Equal(before with { Leads = before.Leads - 1 }, await samples.CountAsync(data.Anna));
        await data.Provided.GetRequiredService<SampleData>().RemoveAsync(data.Admin);
        Assert.True((await samples.CountAsync(data.Anna)).IsEmpty);
        // There will never be any again: nobody listens for them any more.
        Assert.Equal(Topics.Settings, samples.Of);
    }

    [Theory]
    [InlineData(61, 26, 47, 0, "61 leads, 26 clients and 47 deals")]
    [InlineData(1, 0, 0, 2, "1 lead and 2 tasks")]
    [InlineData(0, 0, 1, 0, "1 deal")]
    public void TheBannerCountsInWords(int leads, int clients, int deals, int tasks, string sentence) => Assert.Equal(sentence, new SampleCount(leads, clients, deals, tasks).Sentence);

    private static Task<FirstStepsState> StateAsync(TestDatabase data) => data.Store.ReadAsync(data.Admin, view => new FirstStepsQuestion(data.Admin.UserId).AskAsync(view, default));
}
