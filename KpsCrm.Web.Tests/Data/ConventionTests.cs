using KpsCrm.Data;
using KpsCrm.Data.Leads;
using KpsCrm.Data.Security;
using KpsCrm.Web.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace KpsCrm.Web.Tests.Data;

public class ConventionTests
{
    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task TimesComeBackAsTheUtcTheyWere(DatabaseProvider provider)
    {
        await using var data = await TestDatabase.CreateAsync(provider);
        var lead = await data.Store.WriteAsync(data.Anna, db => Task.FromResult(db.Leads.Add(new Lead { Name = "Ana", Email = "ana@example.com", CreatedAt = db.Now }).Entity));

        var at = await data.Store.ReadAsync(data.Anna, view => view.Leads.Where(l => l.Id == lead.Id).Select(l => l.CreatedAt).SingleAsync());

        Assert.Equal(data.Clock.GetUtcNow().UtcDateTime, at);
        Assert.Equal(DateTimeKind.Utc, at.Kind);
    }

    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task AVisitorReadsNothing(DatabaseProvider provider)
    {
        await using var data = await TestDatabase.CreateAsync(provider);
        await data.Store.WriteAsync(data.Anna, db => Task.FromResult(db.Leads.Add(new Lead { Name = "Ana", Email = "ana@example.com" })));

        Assert.Equal(0, await data.Store.ReadAsync(Actor.Visitor, view => view.Leads.CountAsync()));
        Assert.Equal(1, await data.Store.ReadAsync(data.Ben, view => view.Leads.CountAsync()));
    }
}
