using KpsCrm.Web.Features.Deals;
using KpsCrm.Web.Features.Leads;
using KpsCrm.Web.Features.Lists;
using KpsCrm.Web.Shared;

namespace KpsCrm.Web.Tests.Lists;

public class ListAddressTests
{
    private static readonly ListColumn<LeadRow>[] Columns =
        [new("name", "Name", _ => null!), new("status", "Status", _ => null!), new("owner", "Owner", _ => null!), new("phone", "Phone", _ => null!) { Sorts = false, Shown = false }];

    [Theory]
    [InlineData("?colour=red", "The filter “colour” isn't known; it was left out.")]
    [InlineData("?status=purple", "“purple” can't be used as status; it was left out.")]
    [InlineData("?status=new,purple", "“purple” can't be used as status; it was left out.")]
    [InlineData("?owner=anna", "“anna” can't be used as owner; it was left out.")]
    [InlineData("?from=yesterday", "“yesterday” can't be used as created; it was left out.")]
    [InlineData("?created=someday", "“someday” can't be used as created; it was left out.")]
    [InlineData("?value_min=much", "“much” can't be used as value; it was left out.")]
    [InlineData("?idle=-5", "“-5” can't be used as idle for; it was left out.")]
    [InlineData("?next=never", "“never” can't be used as next step; it was left out.")]
    [InlineData("?cols=status,shoes", "There is no column “shoes”; it was left out.")]
    [InlineData("?sort=-phone", "The list can't be sorted by “phone”; it has its own order.")]
    public void WhatIsNotUnderstoodIsTold(string query, string sentence) =>
        Assert.Equal([sentence], ListAddress.Problems(LeadFilter.Fields, Columns, new(query)));

    [Theory]
    [InlineData("")]
    [InlineData("?status=new,contacted&owner=me&source=google&service=-&priority=high&city_not=Dallas&from=2026-01-01&to=2026-02-01&value_min=1&next=none&idle=14&q=ana&sort=-name&page=2&cols=owner")]
    public void WhatIsUnderstoodIsNot(string query) => Assert.Empty(ListAddress.Problems(LeadFilter.Fields, Columns, new(query)));

    [Theory]
    [InlineData("?value_max=5,000&status=open&owner=me&colour=red&page=3&sort=name", "?owner=3&status=open&value_max=5000")]
    [InlineData("?status=won,new&status=lost", "?status=new,won,lost")]
    [InlineData("?status=lost,won", "?status=closed")]
    [InlineData("?q=%20ana%20&created=this-week&from=nonsense", "?created=this-week&q=ana")]
    [InlineData("?", "")]
    public void EqualFiltersAreSaidAlike(string query, string said) => Assert.Equal(said, LeadFilter.Of(new(query), me: 3).Query);

    [Fact]
    public void TheLinksOfChartsAndTilesAreFiltersAsBefore()
    {
        var leads = new LeadFilter { Source = "google", CityNot = "Dallas|Austin", From = new(2026, 1, 1), OwnerId = 4 };
        Assert.Equal("/leads?city_not=Dallas%7CAustin&from=2026-01-01&owner=4&source=google", leads.Href);
        Assert.Equal(leads, LeadFilter.Of(new(leads.Query)));
        Assert.Equal(leads with { Source = null }, LeadFilter.Of(new("?city_not=Dallas|Austin&owner=4&from=2026-01-01")));

        var deals = new DealFilter { Stage = DealFilter.Closed, ClosedFrom = new(2026, 1, 1), ClosedTo = new(2026, 1, 31) };
        Assert.Equal("/deals?closed_from=2026-01-01&closed_to=2026-01-31&stage=closed", deals.Href);
        Assert.Equal(deals, DealFilter.Of(new(deals.Query)));
    }

    [Theory]
    [InlineData("", "name status owner")]
    [InlineData("?cols=owner,status", "name owner status")]
    [InlineData("?cols=phone", "name phone")]
    [InlineData("?cols=phone,phone,name,shoes", "name phone")]
    [InlineData("?cols=name", "name")]
    [InlineData("?cols=shoes", "name status owner")]
    public void TheNameComesFirstWhateverColumnsAreChosen(string query, string shown) =>
        Assert.Equal(shown, string.Join(' ', ListColumns.Of(Columns, new(query)).Select(c => c.Key)));

    [Fact]
    public void ColumnsSurviveTheirWayThroughTheAddress()
    {
        foreach (var shown in new[] { "name", "name status owner", "name owner status", "name phone owner" })
        {
            ListColumn<LeadRow>[] columns = [.. shown.Split(' ').Select(key => Columns.Single(c => c.Key == key))];
            var said = ListColumns.Said(Columns, columns);
            Assert.Equal(columns, ListColumns.Of(Columns, new("?cols=" + said)));
            Assert.Equal(shown == "name status owner", said is null);
        }
    }

    [Fact]
    public void AChangedAddressKeepsTheRestAndBeginsOnItsFirstPage()
    {
        var query = new ListQuery("?status=new&sort=-name&page=4&cols=owner");

        Assert.Equal("/leads?status=won&sort=-name&cols=owner&city=Dallas", query.With("/leads", ("status", "won"), ("city", "Dallas")));
        Assert.Equal("/leads?sort=-name&cols=owner", query.With("/leads", ("status", null)));
        Assert.Equal("/leads?status=new&sort=-name&page=5&cols=owner", query.With("/leads", ("page", "5")));
    }
}
