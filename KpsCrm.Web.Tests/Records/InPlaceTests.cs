using Bunit;
using KpsCrm.Web.Features.Records;
using KpsCrm.Web.Shared;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using MudBlazor.Services;

namespace KpsCrm.Web.Tests.Records;

public sealed class InPlaceTests : IAsyncLifetime
{
    private readonly BunitContext _page = new();
    private readonly List<FieldChange> _saved = [];
    private EditOutcome _outcome = new(2, [], []);

    public InPlaceTests()
    {
        _page.JSInterop.Mode = JSRuntimeMode.Loose;
        _page.Services.AddMudServices();
    }

    public ValueTask InitializeAsync() => default;

    public ValueTask DisposeAsync() => _page.DisposeAsync();

    [Fact]
    public async Task AClickOpensEnterSavesAndTheNewValueStandsAtOnce()
    {
        var field = Show("city", "Dallas");
        await field.Find("button.show").ClickAsync(new MouseEventArgs { Detail = 1 });
        await field.Find("input").InputAsync(new ChangeEventArgs { Value = "Plano" });
        await field.Find("input").KeyDownAsync(new KeyboardEventArgs { Key = "Enter" });

        Assert.Equal([new FieldChange("city", "Dallas", "Plano")], _saved);
        Assert.Equal("Plano", field.Find("button.show").TextContent);
        Assert.Contains("Saved", field.Find("[role=status]").TextContent);
    }

    [Fact]
    public async Task EOpensAndEscTakesBack()
    {
        var field = Show("city", "Dallas");
        await field.Find("button.show").KeyDownAsync(new KeyboardEventArgs { Key = "e" });
        await field.Find("input").InputAsync(new ChangeEventArgs { Value = "Plano" });
        await field.Find("input").KeyDownAsync(new KeyboardEventArgs { Key = "Escape" });

        Assert.Empty(_saved);
        Assert.Equal("Dallas", field.Find("button.show").TextContent);
    }

    [Fact]
    public async Task LeavingSavesWhatWasTypedAndNothingWhenNothingWas()
    {
        var field = Show("city", "Dallas");
        await field.Find("button.show").ClickAsync(new MouseEventArgs { Detail = 1 });
        await field.Find(".editor").FocusOutAsync(new FocusEventArgs());
        Assert.Empty(_saved);

        await field.Find("button.show").ClickAsync(new MouseEventArgs { Detail = 1 });
        await field.Find("input").InputAsync(new ChangeEventArgs { Value = "" });
        await field.Find(".editor").FocusOutAsync(new FocusEventArgs());
        Assert.Equal([new FieldChange("city", "Dallas", "")], _saved);
        Assert.Equal("–", field.Find("button.show").TextContent);
    }

    [Fact]
    public async Task ARefusedValueKeepsWhatWasTypedWithTheSentenceBesideIt()
    {
        var field = Show("email", "ana@example.com");
        await field.Find("button.show").ClickAsync(new MouseEventArgs { Detail = 1 });
        await field.Find("input").InputAsync(new ChangeEventArgs { Value = "ana@" });
        await field.Find("input").KeyDownAsync(new KeyboardEventArgs { Key = "Enter" });

        Assert.Empty(_saved);
        var input = field.Find("input");
        Assert.Equal(("ana@", "true"), (input.GetAttribute("value"), input.GetAttribute("aria-invalid")));
        Assert.Equal("Enter the whole e-mail address, like name@example.com.", field.Find(".problem").TextContent);
        Assert.Contains(field.Find(".problem").Id!, input.GetAttribute("aria-describedby"));
    }

    [Fact]
    public async Task WhatCouldNotBeSavedStaysOpenWithTheReason()
    {
        _outcome = EditOutcome.Refused(new Problem("city", "This could not be saved just now."));
        var field = Show("city", "Dallas");
        await field.Find("button.show").ClickAsync(new MouseEventArgs { Detail = 1 });
        await field.Find("input").InputAsync(new ChangeEventArgs { Value = "Plano" });
        await field.Find("input").KeyDownAsync(new KeyboardEventArgs { Key = "Enter" });

        Assert.Equal("Plano", field.Find("input").GetAttribute("value"));
        Assert.Equal("This could not be saved just now.", field.Find(".problem").TextContent);
    }

    [Fact]
    public async Task AColleaguesChangeNeverDisturbsTheOpenEditorAndIsToldBesideIt()
    {
        var field = Show("city", "Dallas");
        await field.Find("button.show").ClickAsync(new MouseEventArgs { Detail = 1 });
        await field.Find("input").InputAsync(new ChangeEventArgs { Value = "Pla" });

        field.Render(p => p.Add(f => f.Value, "Austin").Add(f => f.Said, "Austin").Add(f => f.Version, 2));
        Assert.Equal("Pla", field.Find("input").GetAttribute("value"));
        Assert.Contains("Meanwhile it became “Austin”.", field.Find(".note").TextContent);

        await field.Find("input").KeyDownAsync(new KeyboardEventArgs { Key = "Enter" });
        Assert.Equal([new FieldChange("city", "Dallas", "Pla")], _saved);
    }

    [Fact]
    public async Task TheOthersValueStandsWhereThePersonChoseIt()
    {
        _outcome = new(3, [], ["city"]);
        var field = Show("city", "Dallas");
        await field.Find("button.show").ClickAsync(new MouseEventArgs { Detail = 1 });
        await field.Find("input").InputAsync(new ChangeEventArgs { Value = "Plano" });
        field.Render(p => p.Add(f => f.Value, "Austin").Add(f => f.Said, "Austin"));
        await field.Find("input").KeyDownAsync(new KeyboardEventArgs { Key = "Enter" });

        Assert.Equal("Austin", field.Find("button.show").TextContent);
        Assert.DoesNotContain("Saved", field.Find("[role=status]").TextContent);
    }

    [Fact]
    public async Task ALongTextTakesEnterAsALineAndSavesWithCtrlEnter()
    {
        var field = Show("notes", null);
        await field.Find("button.show").ClickAsync(new MouseEventArgs { Detail = 1 });
        await field.Find("textarea").InputAsync(new ChangeEventArgs { Value = "one\ntwo" });
        await field.Find("textarea").KeyDownAsync(new KeyboardEventArgs { Key = "Enter" });
        Assert.Empty(_saved);
        await field.Find("textarea").KeyDownAsync(new KeyboardEventArgs { Key = "Enter", CtrlKey = true });
        Assert.Equal([new FieldChange("notes", null, "one\ntwo")], _saved);
    }

    [Fact]
    public async Task AChoiceSavesAtOnceByMouseAndWithEnterByKeyboard()
    {
        var field = Show("priority", "medium");
        await field.Find("button.show").ClickAsync(new MouseEventArgs { Detail = 1 });
        await field.Find("select").ChangeAsync(new ChangeEventArgs { Value = "high" });
        Assert.Equal([new FieldChange("priority", "medium", "high")], _saved);

        await field.Find("button.show").KeyDownAsync(new KeyboardEventArgs { Key = "E" });
        await field.Find("select").ChangeAsync(new ChangeEventArgs { Value = "low" });
        Assert.Single(_saved);
        await field.Find("select").KeyDownAsync(new KeyboardEventArgs { Key = "Enter" });
        Assert.Equal(new FieldChange("priority", "high", "low"), _saved[1]);
    }

    private IRenderedComponent<InPlace> Show(string key, string? value)
    {
        var field = Fields.Find(RecordKind.Lead, key)!;
        return _page.Render<InPlace>(p => p
            .Add(f => f.Field, field).Add(f => f.Record, RecordRef.Lead(7)).Add(f => f.Version, 1).Add(f => f.Value, value).Add(f => f.Said, field.Say(value, Names.None))
            .Add(f => f.People, [new Person(3, "Anna Alvarez")])
            .Add(f => f.Save, change =>
            {
                _saved.Add(change);
                return Task.FromResult(_outcome);
            }));
    }
}
