namespace KpsCrm.Web.Tests.Maintenance;

public class CompanyCalendarTests
{
    [Fact]
    public void ADayOfTwoMidnightsBeginsAtTheFirst()
    {
        var havana = new CompanyOptions { TimeZone = "America/Havana" };
        var firstMidnight = new DateTime(2026, 11, 1, 4, 0, 0, DateTimeKind.Utc);

        Assert.Equal(new DateOnly(2026, 11, 1), havana.DayOf(firstMidnight));
        Assert.Equal(firstMidnight, havana.StartOf(new(2026, 11, 1)));
    }
}
