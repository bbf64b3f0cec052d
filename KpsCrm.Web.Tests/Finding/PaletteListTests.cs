using Bunit;
using KpsCrm.Web.Features.Finding;
using MudBlazor;
using MudBlazor.Services;

namespace KpsCrm.Web.Tests.Finding;

public sealed class PaletteListTests : BunitContext, IAsyncLifetime
{
    public PaletteListTests()
    {
        JSInterop.Mode = JSRuntimeMode.Loose;
        Services.AddMudServices();
    }

    [Fact]
    public void EachLineIsAnOptionOfAGroupThatBearsItsName()
    {
        var list = Render<PaletteList>(p => p
            .Add(l => l.Groups, [new("Leads", [new("leads/1", "Ana Núñez", "Lead · Acme", Icons.Material.Outlined.Inbox, "/leads/1")]), new("Do", [new("keys", "Keyboard shortcuts", null, Icons.Material.Outlined.Keyboard, Act: () => Task.CompletedTask)])])
            .Add(l => l.For, "an").Add(l => l.Note, null));

        Assert.Equal("an", list.Find("[role=listbox]").GetAttribute("data-for"));
        Assert.Equal(["Leads", "Do"], list.FindAll("[role=group]").Select(g => list.Find("#" + g.GetAttribute("aria-labelledby")).TextContent));
        var record = list.Find("[role=option][id='palette-leads/1']");
        Assert.Equal(("A", "/leads/1", "Ana Núñez", "Lead · Acme"), (record.TagName, record.GetAttribute("href"), record.QuerySelector(".title")!.TextContent, record.QuerySelector(".detail")!.TextContent));
        Assert.Equal("BUTTON", list.Find("#palette-keys").TagName);
    }

    [Fact]
    public void WhatIsDoneIsDoneByAClick()
    {
        var done = 0;
        var list = Render<PaletteList>(p => p.Add(l => l.Groups, [new("Do", [new("keys", "Keyboard shortcuts", null, "", Act: () => Task.FromResult(done++))])]).Add(l => l.For, "").Add(l => l.Note, null));

        list.Find("#palette-keys").Click();

        Assert.Equal(1, done);
    }

    [Fact]
    public void TheNoteIsSpoken()
    {
        var list = Render<PaletteList>(p => p.Add(l => l.Groups, []).Add(l => l.For, "zzz").Add(l => l.Note, "Nothing found."));

        Assert.Equal("Nothing found.", list.Find("[role=status]").TextContent);
        Assert.Empty(list.FindAll("[role=option]"));
    }

    [Theory]
    [InlineData("new d", true)]
    [InlineData("deal new", true)]
    [InlineData("NEW", true)]
    [InlineData("eal", false)]
    [InlineData("new x", false)]
    [InlineData("", true)]
    public void APageOrActionFitsWhenEachWordTypedBeginsOneOfItsWords(string typed, bool fits) => Assert.Equal(fits, new PaletteItem("new-deal", "New deal", null, "").Fits(typed));

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;
}
