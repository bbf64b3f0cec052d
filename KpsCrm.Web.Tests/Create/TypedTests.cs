using KpsCrm.Web.Features.Create;

namespace KpsCrm.Web.Tests.Create;

public class TypedTests
{
    [Fact]
    public void ADraftIsWorthATellingOnlyWhereItSaysMoreThanTheEmptyForm()
    {
        Assert.False(Form().Restore(null));
        Assert.False(Form().Restore(new Dictionary<string, string> { ["name"] = " ", ["owner"] = "3", [Typed.RequestKey] = "another" }));
        Assert.True(Form().Restore(new Dictionary<string, string> { ["name"] = "Ana" }));
    }

    [Fact]
    public void ADraftBringsItsRequestAlongSoThatALostAnswerIsNotDoneTwice()
    {
        var form = Form();
        form.Restore(new Dictionary<string, string> { [Typed.RequestKey] = "the first" });
        Assert.Equal("the first", form[Typed.RequestKey]);
    }

    [Fact]
    public void DiscardedAFormStandsAsItWasOpened()
    {
        var form = Form();
        form["name"] = "Ana";
        form["owner"] = "";
        Assert.True(form.IsDirty);

        form.Discard();

        Assert.Equal(("", "3", false), (form["name"], form["owner"], form.IsDirty));
    }

    [Fact]
    public void WhatIsBegunForOneClientIsNotOfferedForAnother()
    {
        Assert.NotEqual(Request(("client", "1")).Slot, Request(("client", "2")).Slot);
        Assert.Equal(Request(("stage", "review")).Slot, Request(("stage", "proposal")).Slot);
        Assert.NotEqual(Request().Slot, (Request() with { Id = 7 }).Slot);
    }

    private static Typed Form() => new(new Dictionary<string, string> { ["owner"] = "3", [Typed.RequestKey] = "mine" });

    private static PanelRequest Request(params (string, string)[] start) => new(PanelKind.Deal, null, start.ToDictionary(s => s.Item1, s => s.Item2));
}
