using KpsCrm.Web.Features.Dashboard;
using KpsCrm.Web.Shared;

namespace KpsCrm.Web.Tests.Shared;

/// <summary>Anyone can write anything behind a question mark: what can't be understood filters nothing.</summary>
public class ForgivingAddressTests
{
    [Theory]
    [InlineData("0001-01-01")]
    [InlineData("9999-12-31")]
    [InlineData("2026-02-30")]
    [InlineData("yesterday")]
    public void ADayOutsideOfAnyFirmsTimeIsNoDay(string day)
    {
        Assert.Null(new ListQuery($"?from={day}").Day("from"));
        Assert.Equal(Period.Default, Period.FromQuery(null, day, day));
    }

    [Fact]
    public void WhatADatabaseCannotStoreIsNotSought() =>
        Assert.Equal("ab", new ListQuery("?q=a%00b" + Uri.EscapeDataString("\ufffd")).Text("q"));

    [Fact]
    public void ADayOfTwoMidnightsBeginsAtTheFirst()
    {
        var havana = new CompanyOptions { TimeZone = "America/Havana" };
        var firstMidnight = new DateTime(2026, 11, 1, 4, 0, 0, DateTimeKind.Utc);

        Assert.Equal(new DateOnly(2026, 11, 1), havana.DayOf(firstMidnight));
        Assert.Equal(firstMidnight, havana.StartOf(new(2026, 11, 1)));
    }
}
