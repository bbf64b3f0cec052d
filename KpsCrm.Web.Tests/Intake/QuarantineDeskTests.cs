using KpsCrm.Data;
using KpsCrm.Data.Security;
using KpsCrm.Web.Features.Intake;
using KpsCrm.Web.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace KpsCrm.Web.Tests.Intake;

public class QuarantineDeskTests
{
    private static readonly Enquiry Link = new() { Name = "Win at www.pills.example", Email = "x@example.com", Message = "Buy", Referrer = "https://www.facebook.com/ad" };

    public static TheoryData<DatabaseProvider> Providers => TestDatabase.Providers;

    [Theory, MemberData(nameof(Providers))]
    public async Task WhatLooksLikeSpamIsHeldOnceAndIsNoLead(DatabaseProvider provider)
    {
        await using var data = await TestDatabase.CreateAsync(provider);
        var desk = IntakeDeskTests.Desk(data);
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => desk.AcceptAsync(new(Link, "same")))));

        var held = await data.Store.ReadAsync(data.Manager, view => new WhatIsHeld().AskAsync(view, default));
        Assert.Equal("The name holds a link or markup.", Assert.Single(held.Shown).Reason);
        Assert.Equal((0, 0), await data.Store.ReadAsync(data.Manager, async view => (await view.Leads.CountAsync(), await view.Mails.CountAsync())));
        Assert.Equal(0, (await data.Store.ReadAsync(data.Anna, view => new WhatIsHeld().AskAsync(view, default))).Total);
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task AReleasedEnquiryBecomesALeadLikeEveryOther(DatabaseProvider provider)
    {
        await using var data = await TestDatabase.CreateAsync(provider);
        var (quarantine, id) = await HoldAsync(data);
        var lead = await quarantine.ReleaseAsync(data.Manager, id);

        var stored = await data.Store.ReadAsync(data.Manager, view => view.Leads.SingleAsync());
        Assert.Equal((lead, "social_media", "Buy"), (stored.Id, stored.Source, stored.Notes));
        Assert.Equal((1, 2, data.Manager.UserId), await data.Store.ReadAsync(data.Manager, async view =>
            (await view.AnalyticsEvents.CountAsync(), await view.Mails.CountAsync(), (await view.Activities.SingleAsync()).ActorId)));
        Assert.Equal(lead, await data.Store.ReadAsync(data.Manager, view => view.Quarantine.Select(q => q.LeadId).SingleAsync()));
        await Assert.ThrowsAsync<RuleException>(() => quarantine.ReleaseAsync(data.Manager, id));
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task TwoManagersReleasingAtOnceMakeOneLead(DatabaseProvider provider)
    {
        await using var data = await TestDatabase.CreateAsync(provider);
        var (quarantine, id) = await HoldAsync(data);
        var released = await Task.WhenAll(new[] { data.Manager, data.Admin }.Select(who => Task.Run(async () =>
        {
            try
            {
                await quarantine.ReleaseAsync(who, id);
                return 1;
            }
            catch (RuleException)
            {
                return 0;
            }
        })));

        Assert.Equal(1, released.Sum());
        Assert.Equal(1, await data.Store.ReadAsync(data.Manager, view => view.Activities.CountAsync()));
    }

    [Fact]
    public async Task ADroppedEnquiryIsGoneUntilItIsTakenBack()
    {
        await using var data = await TestDatabase.CreateAsync();
        var (quarantine, id) = await HoldAsync(data);
        Task<int> HeldAsync() => data.Store.ReadAsync(data.Manager, async view => (await new WhatIsHeld().AskAsync(view, default)).Total);

        await quarantine.DropAsync(data.Manager, id);
        Assert.Equal(0, await HeldAsync());
        await quarantine.HoldAgainAsync(data.Manager, id);
        Assert.Equal(1, await HeldAsync());
    }

    [Fact]
    public async Task OnlyManagersDecide()
    {
        await using var data = await TestDatabase.CreateAsync();
        var (quarantine, id) = await HoldAsync(data);

        await Assert.ThrowsAsync<AccessDeniedException>(() => quarantine.ReleaseAsync(data.Anna, id));
        await Assert.ThrowsAsync<AccessDeniedException>(() => quarantine.DropAsync(Actor.Visitor, id));
    }

    private static async Task<(QuarantineDesk Desk, int Id)> HoldAsync(TestDatabase data)
    {
        var desk = IntakeDeskTests.Desk(data);
        Assert.True((await desk.AcceptAsync(new(Link, "key"))).Held);
        return (new QuarantineDesk(data.Store, desk), await data.Store.ReadAsync(data.Manager, view => view.Quarantine.Select(q => q.Id).SingleAsync()));
    }
}
