using System.Security.Claims;
using Bunit;
using KpsCrm.Data.Clients;
using KpsCrm.Data.Leads;
using KpsCrm.Data.Recycling;
using KpsCrm.Data.Search;
using KpsCrm.Data.Security;
using KpsCrm.Data.Users;
using KpsCrm.Web.Features.Account;
using KpsCrm.Web.Features.Audit;
using KpsCrm.Web.Features.Create;
using KpsCrm.Web.Features.Recycling;
using KpsCrm.Web.Features.Tasks;
using KpsCrm.Web.Live;
using KpsCrm.Web.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor.Services;

namespace KpsCrm.Web.Tests.Finding;

/// <summary>The palette without its window: what is typed, and what stands below it.</summary>
public sealed class FindingTests : BunitContext, IAsyncLifetime
{
    private TestDatabase _data = null!;

    public async ValueTask InitializeAsync()
    {
        _data = await TestDatabase.CreateAsync();
        JSInterop.Mode = JSRuntimeMode.Loose;
        Services.AddMudServices();
        Services.AddSingleton<TimeProvider>(_data.Clock).AddSingleton(_data.Store).AddSingleton(_data.Feed).AddSingleton<LiveAnswers>().AddSingleton(new CompanyOptions()).AddSingleton(new RecyclingOptions())
            .AddSingleton(_data.Provided.GetRequiredService<BinPurge>()).AddSingleton(_data.Provided.GetRequiredService<AuditQueue>()).AddSingleton<SecurityTrail>()
            .AddHttpContextAccessor().AddScoped<CircuitOrigin>().AddScoped<CurrentActor>().AddScoped<CreatePanel>().AddScoped<RecycleDesk>().AddScoped<TaskDesk>().AddScoped<ShownRecords>();
        await _data.Store.WriteAsync(_data.Anna, db =>
        {
            db.Leads.AddRange(new Lead { Name = "Ana Martinez", Email = "ana@example.com", Company = "Acme" }, new Lead { Name = "Ana Martines", Email = "other@example.com" }, new Lead { Name = "Roy Stubbs", Email = "roy@example.com" });
            db.Clients.Add(new Client { Name = "Martinez Tile", Email = "office@martinez.example", Company = "Martinez Tile" });
            return Task.CompletedTask;
        });
        await _data.Provided.GetRequiredService<SearchIndex>().CatchUpAsync();
    }

    [Fact]
    public async Task WithoutATextItOffersWhatWasSeenThePagesAndWhatCanBeDone()
    {
        var palette = Open(_data.Anna);

        await palette.InvokeAsync(() => palette.Instance.OpenedAsync(["leads/1", "leads/999", "nonsense", "clients/1"]));

        Assert.Equal(["Ana Martinez", "Martinez Tile"], Lines(palette, "Recently seen"));
        Assert.Contains("Pipeline", Lines(palette, "Go to"));
        // What a role can't open is not offered.
        Assert.DoesNotContain("Mail", Lines(palette, "Go to"));
        Assert.Equal(["New lead", "New client", "New deal", "New task", "Dark theme", "Keyboard shortcuts", "Sign out"], Lines(palette, "Do"));
    }

    [Fact]
    public async Task AnAdminFindsTheAdminsPages()
    {
        var palette = Open(_data.Admin);
        await TypeAsync(palette, "mail");

        Assert.Equal(["Mail"], Lines(palette, "Go to"));
    }

    [Fact]
    public async Task WhatIsTypedFindsRecordsByKindAndSimilarNamesBelow()
    {
        var palette = Open(_data.Anna);

        await TypeAsync(palette, "martinez");
        Assert.Equal(["Leads", "Clients", "Similar names"], Groups(palette));
        Assert.Equal(["Ana Martinez", "Martinez Tile", "Ana Martines"], [.. Lines(palette, "Leads"), .. Lines(palette, "Clients"), .. Lines(palette, "Similar names")]);
        Assert.Equal(("", "martinez"), (Note(palette), palette.Find("[role=listbox]").GetAttribute("data-for")));

        await TypeAsync(palette, "stubs");
        Assert.Equal(["Leads"], Groups(palette));

        await TypeAsync(palette, "stubbz");
        Assert.Equal(["Roy Stubbs"], Lines(palette, "Leads"));
        Assert.Equal("No exact match; showing similar names.", Note(palette));

        await TypeAsync(palette, "zzzz");
        Assert.Empty(Groups(palette));
        Assert.Equal("Nothing found.", Note(palette));
    }

    [Fact]
    public async Task AnActionIsFoundByItsWordsAndDone()
    {
        var palette = Open(_data.Anna);
        await TypeAsync(palette, "deal new");

        palette.Find("#palette-new-deal").Click();

        Assert.Equal(PanelKind.Deal, Services.GetRequiredService<CreatePanel>().Current?.Kind);
    }

    [Fact]
    public async Task WhoeverTypesOnIsAnsweredForTheLastLetterOnly()
    {
        var palette = Open(_data.Anna);
        var input = palette.Find("[role=combobox]");

        await Task.WhenAll(input.InputAsync("s"), input.InputAsync("st"), input.InputAsync("stu"));

        Assert.Equal("stu", palette.Find("[role=listbox]").GetAttribute("data-for"));
        Assert.Equal(["Roy Stubbs"], Lines(palette, "Leads"));
    }

    private IRenderedComponent<Web.Features.Finding.Finding> Open(Actor who)
    {
        AddAuthorization().SetAuthorized(who.Name).SetClaims([new(ClaimTypes.NameIdentifier, $"{who.UserId}"), new("name", who.Name), .. Enum.GetValues<Role>().Where(r => who.Is(r)).Select(r => new Claim(ClaimTypes.Role, $"{r}"))]);
        return Render<Web.Features.Finding.Finding>(p => p.Add(f => f.Dark, false).Add(f => f.DarkChanged, _ => { }));
    }

    private static Task TypeAsync(IRenderedComponent<Web.Features.Finding.Finding> palette, string text) => palette.Find("[role=combobox]").InputAsync(text);

    private static string[] Groups(IRenderedComponent<Web.Features.Finding.Finding> palette) => [.. palette.FindAll("#palette-list [role=group] > p").Select(p => p.TextContent)];

    private static string[] Lines(IRenderedComponent<Web.Features.Finding.Finding> palette, string group) =>
        [.. palette.FindAll("#palette-list [role=group]").Where(g => g.QuerySelector("p")!.TextContent == group).SelectMany(g => g.QuerySelectorAll("[role=option] .title")).Select(t => t.TextContent)];

    private static string Note(IRenderedComponent<Web.Features.Finding.Finding> palette) => palette.Find("p.note").TextContent;

    protected override async ValueTask DisposeAsyncCore()
    {
        await base.DisposeAsyncCore();
        await _data.DisposeAsync();
    }
}
