using KpsCrm.Data;
using KpsCrm.Data.Deals;
using KpsCrm.Data.Files;
using KpsCrm.Data.Leads;
using KpsCrm.Data.Search;
using KpsCrm.Data.Security;
using KpsCrm.Data.Users;
using KpsCrm.Web.Features.Files;
using KpsCrm.Web.Features.Intake;
using KpsCrm.Web.Features.Leads;
using KpsCrm.Web.Features.Mail;
using KpsCrm.Web.Features.Pipeline;
using KpsCrm.Web.Features.Records;
using KpsCrm.Web.Features.Rights;
using KpsCrm.Web.Features.Tasks;
using KpsCrm.Web.Tests.Support;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace KpsCrm.Web.Tests.Faults;

/// <summary>A check counts only once it has been seen to find something.</summary>
public class VerifyTests
{
    [Theory]
    // V2
    [InlineData("DELETE FROM outgoing_mails WHERE kind = 'sales_notification'", "has no mail to sales")]
    [InlineData("UPDATE outgoing_mails SET activity_id = NULL WHERE kind = 'auto_reply'", "is about an enquiry that is not there")]
    [InlineData("DELETE FROM analytics_events", "was counted no time")]
    [InlineData("UPDATE activities SET deal_id = NULL WHERE kind = 'converted'", "has no deal")]
    [InlineData("DELETE FROM activities WHERE deal_id = 1", "nobody is told of")]
    [InlineData("UPDATE deals SET actual_close_date = NULL WHERE id = 2", "Closed deal 2 has no day")]
    [InlineData("UPDATE deals SET status = 'closed_lost', lost_reason = NULL WHERE id = 2", "Lost deal 2 has no reason")]
    [InlineData("UPDATE clients SET deleted_at = '2026-11-24' WHERE id = 1", "its client lies in the bin")]
    [InlineData("UPDATE leads SET deleted_at = '2026-11-24' WHERE id = 2", "its record lies in the bin")]
    // V3
    [InlineData("PRAGMA foreign_keys = OFF; UPDATE deals SET client_id = 77 WHERE id = 1", "deals 1 refers to number 77 of clients, which is gone")]
    [InlineData("UPDATE clients SET total_value_cents = 1 WHERE id = 1", "lifetime value")]
    [InlineData("PRAGMA writable_schema = ON; UPDATE sqlite_master SET sql = replace(sql, '\"title\" TEXT NOT NULL', '\"title\" TEXT') WHERE name = 'deals'; PRAGMA writable_schema = RESET; PRAGMA ignore_check_constraints = ON; UPDATE deals SET status = 'sold' WHERE id = 1", "unknown status 'sold'")]
    [InlineData("UPDATE security_logs SET details = '{}' WHERE id = (SELECT min(id) FROM security_logs)", "trail")]
    // Ranks, the index
    [InlineData("UPDATE deals SET rank = 'i0' WHERE id = 1", "has the place 'i0'")]
    [InlineData("UPDATE leads SET name = 'Unheard of' WHERE id = 1; DELETE FROM search_stale", "search index")]
    public async Task DamageIsFound(string damage, string sentence)
    {
        await using var data = await TestDatabase.CreateAsync();
        await FillAsync(data);
        Assert.Empty(await Verify.FindingsAsync(data.Provided));

        await using (var file = new SqliteConnection($"Data Source={data.Options.Path};Pooling=False"))
        {
            await file.OpenAsync();
            await using var harm = file.CreateCommand();
            harm.CommandText = damage;
            await harm.ExecuteNonQueryAsync();
        }

        Assert.Contains(await Verify.FindingsAsync(data.Provided), f => f.Contains(sentence, StringComparison.Ordinal));
    }

    /// <summary>V4.</summary>
    [Fact]
    public async Task AFileThatIsGoneOrAnotherIsFound()
    {
        await using var data = await TestDatabase.CreateAsync();
        await FillAsync(data);
        var path = Assert.Single(Directory.GetFiles(data.Options.Files, "*", SearchOption.AllDirectories));

        await File.WriteAllTextAsync(path, "y");
        Assert.Contains(await Verify.FindingsAsync(data.Provided), f => f.Contains("is damaged", StringComparison.Ordinal));
        File.Delete(path);
        Assert.Contains(await Verify.FindingsAsync(data.Provided), f => f.Contains("is missing", StringComparison.Ordinal));
    }

    /// <summary>V3: what the disk does to a page.</summary>
    [Fact]
    public async Task ADamagedPageIsFound()
    {
        await using var data = await TestDatabase.CreateAsync();
        await FillAsync(data);
        await data.StopAsync();
        await Damage.PageAsync(data.Options.Path, "leads");

        await using var started = data.OpenSecondInstance();
        var told = await Record.ExceptionAsync(async () => Assert.Empty(await Verify.FindingsAsync(started)));

        Assert.NotNull(told);
    }

    /// <summary>V7.</summary>
    [Fact]
    public void TheProgramsInsideIsFound()
    {
        Assert.NotEmpty(Verify.InsidesIn("System.InvalidOperationException: x\n   at KpsCrm.Data.CrmStore.ReadAsync()"));
        Assert.NotEmpty(Verify.InsidesIn("SQLite Error 13: 'database or disk is full'."));
        Assert.Empty(Verify.InsidesIn("Not saved: the server's disk is full."));
    }

    /// <summary>V9.</summary>
    [Fact]
    public void AHandleThatStaysOpenIsCounted()
    {
        var before = Verify.HandlesOf(Environment.ProcessId);
        var files = Enumerable.Range(0, 200).Select(_ => File.OpenRead("/proc/self/stat")).ToList();
        Assert.True(Verify.HandlesOf(Environment.ProcessId) > before + 100);
        files.ForEach(f => f.Dispose());
    }

    /// <summary>An enquiry, a conversion, a won deal, a task, a file: a little of all that the checks are about.</summary>
    internal static async Task FillAsync(TestDatabase data)
    {
        var desk = new IntakeDesk(data.Store, Options.Create(new IntakeOptions()), new MailOptions { SalesAddress = "sales@kps.example" }, new());
        foreach (var name in new[] { "Ana", "Bea" })
            await desk.AcceptAsync(new(new() { Name = name, Email = $"{name}@example.com", Consent = true }, name));
        await new ConvertLead(new(1, LeadStatus.New, LeadStatus.Won, Place.Top, 1), "Ana", null, "Books", 100_00).RunAsync(data.Store, data.Anna);
        var won = await data.AddDealAsync();
        await new MoveDeal(won, DealStage.Proposal, DealStage.ClosedWon, Place.Top, 1, new Won(100, new(2026, 11, 24))).RunAsync(data.Store, data.Anna);
        await new PlanTask(RecordRef.Lead(2), new() { Title = "Call", DueOn = new(2026, 11, 30), OwnerId = 3 }).RunAsync(data.Store, data.Anna, new());
        await new AddFile(data.Provided.GetRequiredService<FileStore>(), data.Store).RunAsync(data.Anna, ItemRef.Lead(2), "a.txt", new MemoryStream("x"u8.ToArray()));
        await new SetRights(Role.Sales, Scope.All, Scope.All, true, true).RunAsync(data.Store, data.Admin);
        await data.Provided.GetRequiredService<SearchIndex>().CatchUpAsync();
    }
}
