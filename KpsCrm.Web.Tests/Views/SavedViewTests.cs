using KpsCrm.Data;
using KpsCrm.Data.Security;
using KpsCrm.Data.Views;
using KpsCrm.Web.Features.Views;
using KpsCrm.Web.Tests.Support;

namespace KpsCrm.Web.Tests.Views;

public class SavedViewTests
{
    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task ASharedViewIsThereForEverybodyAPrivateOneForWhoMadeIt(DatabaseProvider provider)
    {
        await using var data = await TestDatabase.CreateAsync(provider);
        await new SaveView("leads", "Mine", "owner=me", Share: false).RunAsync(data.Store, data.Anna);
        await new SaveView("leads", "Hot", "priority=urgent", Share: true).RunAsync(data.Store, data.Anna);
        await new SaveView("deals", "Late", "expected=overdue", Share: true).RunAsync(data.Store, data.Ben);

        Assert.Equal([("Hot", true, "Anna Alvarez"), ("Mine", false, "Anna Alvarez")], (await ViewsAsync(data, data.Anna)).Views.Select(v => (v.Name, v.IsShared, v.OwnerName)));
        Assert.Equal(["Hot"], (await ViewsAsync(data, data.Ben)).Views.Select(v => v.Name));
        Assert.Equal(["Hot"], (await ViewsAsync(data, data.Admin)).Views.Select(v => v.Name));
        Assert.Equal(["Late"], (await ViewsAsync(data, data.Anna, "deals")).Views.Select(v => v.Name));
        await Assert.ThrowsAsync<AccessDeniedException>(() => new SaveView("leads", "No", "", Share: true).RunAsync(data.Store, Actor.Visitor));
    }

    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task OnlyWhoMadeASharedViewOrAnAdminChangesIt(DatabaseProvider provider)
    {
        await using var data = await TestDatabase.CreateAsync(provider);
        var shared = await new SaveView("leads", "Hot", "priority=urgent", Share: true).RunAsync(data.Store, data.Anna);
        var secret = await new SaveView("leads", "Mine", "owner=me", Share: false).RunAsync(data.Store, data.Anna);

        foreach (var who in new[] { data.Ben, data.Manager })
        {
            await Assert.ThrowsAsync<AccessDeniedException>(() => new ChangeView(shared, 1, "Cold").RunAsync(data.Store, who));
            await Assert.ThrowsAsync<AccessDeniedException>(() => new DeleteView(shared).RunAsync(data.Store, who));
            // A private one is not even admitted to exist.
            await Assert.ThrowsAsync<RuleException>(() => new ChangeView(secret, 1, "Cold").RunAsync(data.Store, who));
            await Assert.ThrowsAsync<RuleException>(() => new SetDefaultView("leads", secret).RunAsync(data.Store, who));
            Assert.False((await ViewsAsync(data, who)).Find(shared)!.MayChange(who));
        }
        await new ChangeView(shared, 1, Query: "priority=high").RunAsync(data.Store, data.Admin);
        await new ChangeView(shared, 2, "Hotter").RunAsync(data.Store, data.Anna);

        Assert.Equal(("Hotter", "priority=high"), (await ViewsAsync(data, data.Ben)).Views.Select(v => (v.Name, v.Query)).Single());
        Assert.Equal("Someone changed this view in the meantime. Have another look, then try again.",
            (await Assert.ThrowsAsync<RuleException>(() => new ChangeView(shared, 1, "Old news").RunAsync(data.Store, data.Anna))).Message);
    }

    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task AListOpensWithTheViewThatItsReaderChose(DatabaseProvider provider)
    {
        await using var data = await TestDatabase.CreateAsync(provider);
        var hot = await new SaveView("leads", "Hot", "priority=urgent", Share: true).RunAsync(data.Store, data.Anna);
        var cold = await new SaveView("leads", "Cold", "idle=14", Share: true).RunAsync(data.Store, data.Anna);

        await new SetDefaultView("leads", hot).RunAsync(data.Store, data.Ben);
        await new SetDefaultView("leads", cold).RunAsync(data.Store, data.Ben);
        await new SetDefaultView("leads", hot).RunAsync(data.Store, data.Anna);

        Assert.Equal((hot, cold), ((await ViewsAsync(data, data.Anna)).DefaultId, (await ViewsAsync(data, data.Ben)).DefaultId));
        await Assert.ThrowsAsync<RuleException>(() => new SetDefaultView("deals", hot).RunAsync(data.Store, data.Ben));

        // What is shared no longer opens only for who made it.
        await new ChangeView(cold, 1, Share: false).RunAsync(data.Store, data.Anna);
        await new ChangeView(hot, 1, Share: false).RunAsync(data.Store, data.Anna);
        Assert.Equal((hot, null), ((await ViewsAsync(data, data.Anna)).DefaultId, (await ViewsAsync(data, data.Ben)).DefaultId));

        await new SetDefaultView("leads", null).RunAsync(data.Store, data.Anna);
        await new SetDefaultView("leads", null).RunAsync(data.Store, data.Anna);
        Assert.Null((await ViewsAsync(data, data.Anna)).DefaultId);
    }

    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task ADeletedViewComesBackWithItsNumberAndTheListsThatOpenWithIt(DatabaseProvider provider)
    {
        await using var data = await TestDatabase.CreateAsync(provider);
        var hot = await new SaveView("leads", "Hot", "priority=urgent", Share: true).RunAsync(data.Store, data.Anna);
        await new SetDefaultView("leads", hot).RunAsync(data.Store, data.Anna);
        await new SetDefaultView("leads", hot).RunAsync(data.Store, data.Ben);
        var before = await ViewsAsync(data, data.Ben);

        var deleted = await new DeleteView(hot).RunAsync(data.Store, data.Admin);
        Assert.Equal((0, null), ((await ViewsAsync(data, data.Ben)).Views.Count, (await ViewsAsync(data, data.Ben)).DefaultId));
        var other = await new SaveView("leads", "Other", "", Share: false).RunAsync(data.Store, data.Ben);
        await new SetDefaultView("leads", other).RunAsync(data.Store, data.Ben);

        await Assert.ThrowsAsync<AccessDeniedException>(() => deleted.RestoreAsync(data.Store, data.Ben));
        await deleted.RestoreAsync(data.Store, data.Admin);

        Assert.Equal(before.Views.Single(), (await ViewsAsync(data, data.Anna)).Views.Single());
        Assert.Equal((hot, other), ((await ViewsAsync(data, data.Anna)).DefaultId, (await ViewsAsync(data, data.Ben)).DefaultId));
        Assert.NotEqual(hot, await new SaveView("leads", "Next", "", Share: false).RunAsync(data.Store, data.Anna));
    }

    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task AViewNeedsANameOfItsOwnAndAnAddressThatFits(DatabaseProvider provider)
    {
        await using var data = await TestDatabase.CreateAsync(provider);
        var id = await new SaveView("leads", "  Hot ", "priority=urgent", Share: true).RunAsync(data.Store, data.Anna);

        Assert.Equal("There is a view “Hot” already. Choose another name, or open that one and save it.", await RefusalAsync(new SaveView("leads", "Hot", "", Share: false)));
        Assert.Equal("Give the view a name.", await RefusalAsync(new SaveView("leads", " ", "", Share: false)));
        Assert.Equal("Shorten the name to 80 characters.", await RefusalAsync(new SaveView("leads", new('x', 81), "", Share: false)));
        Assert.Equal("This view has too many filters to be saved. Take some away.", await RefusalAsync(new SaveView("leads", "Long", new('x', SavedView.QueryMaxLength + 1), Share: false)));
        // Somebody else's name, or another list's, is free; and a view may keep its own.
        await new SaveView("leads", "Hot", "", Share: false).RunAsync(data.Store, data.Ben);
        await new SaveView("deals", "Hot", "", Share: false).RunAsync(data.Store, data.Anna);
        await new ChangeView(id, 1, "Hot", Share: false).RunAsync(data.Store, data.Anna);

        async Task<string> RefusalAsync(SaveView view) => (await Assert.ThrowsAsync<RuleException>(() => view.RunAsync(data.Store, data.Anna))).Message;
    }

    [Theory]
    [InlineData("?status=new&owner=me&page=3&view=4&sort=-name&cols=owner,phone", "cols=owner,phone&owner=me&sort=-name&status=new")]
    [InlineData("?view=all", "")]
    [InlineData("?q=%22ana%22+%26+ben&page=2", "q=%22ana%22%20%26%20ben")]
    public void AViewKeepsFiltersOrderAndColumnsButNotThePage(string address, string kept)
    {
        Assert.Equal(kept, ViewQuery.Of(new(address)));
        Assert.Equal(kept, ViewQuery.Of(new("?" + kept)));
    }

    private static Task<ViewsAnswer> ViewsAsync(TestDatabase data, Actor who, string list = "leads") =>
        data.Store.ReadAsync(who, view => new ViewsQuestion(list, who.UserId).AskAsync(view, default));
}
