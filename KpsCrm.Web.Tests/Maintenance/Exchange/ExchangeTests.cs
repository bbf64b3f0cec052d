using KpsCrm.Data;
using KpsCrm.Data.Leads;
using KpsCrm.Data.Maintenance;
using KpsCrm.Data.Security;
using KpsCrm.Web.Maintenance;
using KpsCrm.Web.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace KpsCrm.Web.Tests.Maintenance;

public sealed class ExchangeTests
{
    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task WhatIsExportedCanBeImportedElsewhere(DatabaseProvider provider)
    {
        await using var data = await TestDatabase.CreateAsync(provider);
        await data.Store.WriteAsync(data.Anna, db =>
        {
            db.Leads.Add(new Lead { Name = "=HYPERLINK(\"x\"), Inc", Email = "one@example.com", Notes = "line one\nline \"two\"; 李雷", BudgetCents = 1500050, ValueCents = 750075, City = "Plano", CreatedAt = db.Now.AddDays(-3) }.StartIn(LeadStatus.Qualified, "k"));
            return Task.CompletedTask;
        });
        var folder = Path.Combine(data.Options.Folder, "out");

        var rows = await data.Provided.GetRequiredService<CsvExport>().RunAsync(folder);

        Assert.Equal((1, 4), (rows["leads"], rows["users"]));
        Assert.Contains("\"'=HYPERLINK(\"\"x\"\"), Inc\"", await File.ReadAllTextAsync(Path.Combine(folder, "leads.csv")));
        Assert.DoesNotContain("password", await File.ReadAllTextAsync(Path.Combine(folder, "users.csv")));
        Assert.Contains("name a new folder", (await Assert.ThrowsAsync<TroubleException>(() => data.Provided.GetRequiredService<CsvExport>().RunAsync(folder))).Message);
        await using var other = await TestDatabase.CreateAsync(provider);
        var (added, refused) = await LeadImport.RunAsync(other.Store, other.Clock, Path.Combine(folder, "leads.csv"));
        Assert.Equal((1, 0), (added, refused.Count));
        var here = await data.Store.ReadAsync(Actor.System, view => view.Leads.SingleAsync());
        var there = await other.Store.ReadAsync(Actor.System, view => view.Leads.SingleAsync());
        Assert.Equal((here.Name, here.Notes, here.BudgetCents, here.ValueCents, here.Status, here.CreatedAt), (there.Name, there.Notes, there.BudgetCents, there.ValueCents, there.Status, there.CreatedAt));
    }

    [Fact]
    public async Task WhatCannotBeALeadIsRefusedWithItsLineAndReasonAndAgainMeansNothing()
    {
        await using var data = await TestDatabase.CreateAsync();
        var file = Path.Combine(data.Options.Folder, "leads.csv");
        await File.WriteAllTextAsync(file, "Name;E-mail;Status;Value\nAnn;ann@example.com;won;12,000.50\n;nobody@example.com;;\nBob;no address;;\nCy;cy@example.com;assigned;\nDi;ANN@example.com;;\nEd;ed@example.com;;a lot\n");

        var (added, refused) = await LeadImport.RunAsync(data.Store, data.Clock, file);
        var again = await LeadImport.RunAsync(data.Store, data.Clock, file);

        Assert.Equal(1, added);
        Assert.Equal([3, 4, 5, 6, 7], refused.Select(r => r.Line));
        Assert.Equal("ann@example.com is there already (line 2).", refused[3].Reason);
        Assert.Equal((0, 6), (again.Added, again.Refused.Count));
        var told = await data.Store.ReadAsync(data.Admin, view => view.SecurityLogs.Where(l => l.EventType == SecurityEvents.Imported).OrderBy(l => l.Id).Select(l => l.Details!).ToListAsync());
        Assert.Collection(told, d => Assert.Contains("\"added\":1,\"refused\":5", d), d => Assert.Contains("\"added\":0,\"refused\":6", d));
        Assert.Equal((LeadStatus.Won, 1200050), await data.Store.ReadAsync(Actor.System, view => view.Leads.Select(l => new ValueTuple<LeadStatus, long>(l.Status, l.ValueCents)).SingleAsync()));
    }

    [Fact]
    public async Task TheCommandsSayWhatTheyDidAndNeedADatabase()
    {
        var folder = Directory.CreateTempSubdirectory("kps-exchange-").FullName;
        var line = new CommandLine(Path.Combine(folder, "kps_crm.db"));
        Assert.Equal(1, (await line.RunAsync(["db", "export", Path.Combine(folder, "out")])).Code);
        await line.RunAsync(["db", "init"]);
        await File.WriteAllTextAsync(Path.Combine(folder, "new.csv"), "name,email\nAnn,ann@example.com\nBob,\n");

        var export = await line.RunAsync(["db", "export", Path.Combine(folder, "out")]);
        var import = await line.RunAsync(["db", "import", Path.Combine(folder, "new.csv")]);

        Assert.Equal((0, 1), (export.Code, import.Code));
        Assert.Contains("Added 1 lead.", import.Out);
        Assert.Contains("Line 3: Enter your e-mail address.", import.Err);
        Assert.True(File.Exists(Path.Combine(folder, "new.csv.refused.csv")));
        Assert.Equal(12, Directory.GetFiles(Path.Combine(folder, "out"), "*.csv").Length);
        Directory.Delete(folder, recursive: true);
    }
}
