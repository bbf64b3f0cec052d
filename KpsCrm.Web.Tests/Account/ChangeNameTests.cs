using KpsCrm.Data;
using KpsCrm.Data.Security;
using KpsCrm.Web.Features.Account;
using KpsCrm.Web.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace KpsCrm.Web.Tests.Account;

public class ChangeNameTests
{
    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task WhoTookANewNameIsInTheTrailUnderBoth(DatabaseProvider provider)
    {
        await using var data = await TestDatabase.CreateAsync(provider);

        await new ChangeName("  Anna Ames ").RunAsync(data.Store, data.Anna);
        // Saved again without a change.
        await new ChangeName("Anna Ames").RunAsync(data.Store, data.Anna);

        Assert.Equal("Anna Ames", await data.Store.ReadAsync(data.Anna, view => view.People.Where(u => u.Id == 3).Select(u => u.Name).SingleAsync()));
        var row = await data.Store.ReadAsync(data.Admin, view => view.SecurityLogs.SingleAsync(l => l.EventType == SecurityEvents.UserChanged));
        Assert.Equal(("users/3", "Anna Alvarez"), (row.Subject, row.UserName));
        Assert.Contains("\"Anna Alvarez\"", row.Details);
        Assert.Contains("\"Anna Ames\"", row.Details);
    }
}
