using CsCheck;
using KpsCrm.Data;
using KpsCrm.Data.Maintenance;
using KpsCrm.Data.Providers;
using KpsCrm.Data.Security;
using KpsCrm.Web.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace KpsCrm.Web.Tests.Audit;

public class AuditChainTests
{
    private static readonly string[] TextColumns = ["event_type", "user_id", "user_name", "ip_address", "user_agent", "subject", "details", "severity"];

    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task AnUntouchedTrailIsUnbroken(DatabaseProvider provider)
    {
        await using var data = await TestDatabase.CreateAsync(provider);
        await FillAsync(data, 25);

        var proof = await data.Provided.GetRequiredService<AuditCheck>().RunAsync();

        Assert.Empty(proof.Findings);
        Assert.Equal((25, 25, 0), (proof.Rows, proof.Seq, proof.Unproved));
        Assert.Equal(data.Clock.GetUtcNow().UtcDateTime, proof.Since);
        Assert.Empty((await data.Provided.GetRequiredService<DatabaseCheck>().RunAsync()).Findings);
    }

    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task WhateverIsWrittenReadsBackAsItWasHashed(DatabaseProvider provider)
    {
        await using var data = await TestDatabase.CreateAsync(provider);
        await Gen.Select(Gen.String, Gen.String.Null(), Gen.Long[0, 3_000_000_000_000_000_000]).Array[1, 20].SampleAsync(async rows =>
        {
            await data.Store.WriteAsync(data.Anna with { From = new("::1", rows[0].Item2) }, db =>
            {
                foreach (var (text, maybe, ticks) in rows)
                    db.SecurityLogs.Add(new() { EventType = text, UserId = maybe, UserName = text, Subject = maybe, Details = text, CreatedAt = new(ticks, DateTimeKind.Utc) });
                db.Audit("x", details: new { text = rows[0].Item1 });
                return Task.CompletedTask;
            });
        }, iter: 20, threads: 1);

        Assert.Empty((await data.Provided.GetRequiredService<AuditCheck>().RunAsync()).Findings);
    }

    /// <summary>Twelve rows; one thing is done to them by hand; the check must find it, and name a row or number that was touched.</summary>
    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task EveryEditRemovalAndReorderingIsFound(DatabaseProvider provider)
    {
        await using var data = await TestDatabase.CreateAsync(provider);
        await FillAsync(data, 12);
        var check = data.Provided.GetRequiredService<AuditCheck>();
        var id = Gen.Int[1, 12];
        var edit = Gen.Select(id, Gen.Int[0, 7].Select(n => TextColumns[n])).Select((i, c) => (Sql: $"UPDATE security_logs SET {c} = coalesce({c}, '') || '.' WHERE id = {i}", Names: new[] { i, i }));
        var time = id.Select(i => (Sql: $"UPDATE security_logs SET created_at = '2020-01-01 00:00:00' WHERE id = {i}", Names: new[] { i, i }));
        var emptied = Gen.Select(id, Gen.Int[0, 2].Select(n => new[] { "user_name", "subject", "details" }[n])).Select((i, c) => (Sql: $"UPDATE security_logs SET {c} = NULL WHERE id = {i}", Names: new[] { i, i }));
        var unhashed = id.Select(i => (Sql: $"UPDATE security_logs SET seq = NULL, hash = NULL WHERE id = {i}", Names: new[] { i, i }));
        var rehashed = id.Select(i => (Sql: $"UPDATE security_logs SET hash = '{new string('a', 64)}' WHERE id = {i}", Names: new[] { i, i + 1 }));
        var removal = id.Select(i => (Sql: $"DELETE FROM security_logs WHERE id = {i}", Names: new[] { i, i }));
        var truncation = id.Select(i => (Sql: $"DELETE FROM security_logs WHERE id >= {i}", Names: new[] { i, 12 }));
        var beheading = id.Select(i => (Sql: $"DELETE FROM security_logs WHERE id <= {i}", Names: new[] { 1, i }));
        var reordering = Gen.Select(id, id).Where((a, b) => a != b).Select((a, b) => (
            Sql: $"UPDATE security_logs SET seq = -1 WHERE id = {a}; UPDATE security_logs SET seq = {a} WHERE id = {b}; UPDATE security_logs SET seq = {b} WHERE id = {a}", Names: new[] { Math.Min(a, b), Math.Max(a, b) + 1 }));
        var renaming = Gen.Select(id, id).Where((a, b) => a != b).Select((a, b) => (
            Sql: $"UPDATE security_logs SET id = -1 WHERE id = {a}; UPDATE security_logs SET id = {a} WHERE id = {b}; UPDATE security_logs SET id = {b} WHERE id = -1", Names: new[] { Math.Min(a, b), Math.Max(a, b) + 1 }));

        await Gen.OneOf(edit, time, emptied, unhashed, rehashed, removal, truncation, beheading, reordering, renaming).SampleAsync(async tampering =>
        {
            await using var db = data.Provided.GetRequiredService<IProvider>().OpenForIdentity();
            await db.Database.ExecuteSqlRawAsync("CREATE TABLE kept AS SELECT * FROM security_logs");
            try
            {
                var changed = await db.Database.ExecuteSqlRawAsync(tampering.Sql);
                var findings = (await check.RunAsync()).Findings;
                Assert.True(findings.Count > 0, $"Nothing was found after {tampering.Sql} ({changed} rows)");
                Assert.Contains(Enumerable.Range(tampering.Names[0], tampering.Names[1] - tampering.Names[0] + 1), n => findings.Any(f => System.Text.RegularExpressions.Regex.IsMatch(f, $@"\b{n}\b")));
            }
            finally
            {
                await db.Database.ExecuteSqlRawAsync("DELETE FROM security_logs; INSERT INTO security_logs SELECT * FROM kept; DROP TABLE kept");
            }
            // And no false alarm once it is as it was.
            Assert.Empty((await check.RunAsync()).Findings);
        }, iter: 150, threads: 1);
    }

    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task ARewrittenTailIsFoundByTheAnchorOutsideTheDatabase(DatabaseProvider provider)
    {
        await using var data = await TestDatabase.CreateAsync(provider);
        await FillAsync(data, 8);
        var check = data.Provided.GetRequiredService<AuditCheck>();
        await check.AnchorAsync("test");
        await using var db = data.Provided.GetRequiredService<IProvider>().OpenForIdentity();

        // Whoever knows how the chain is made takes off the last three rows and sets its end back.
        await db.Database.ExecuteSqlRawAsync("DELETE FROM security_logs WHERE seq > 5; UPDATE security_chain SET seq = 5, hash = (SELECT hash FROM security_logs WHERE seq = 5)");
        var cut = (await check.RunAsync()).Findings;
        await FillAsync(data, 5);
        var rewritten = (await check.RunAsync()).Findings;

        Assert.Contains(cut, f => f.StartsWith("No. 6 to 8 are missing from the audit trail at the end: audit-anchors.log tells of no. 8", StringComparison.Ordinal));
        Assert.Contains(rewritten, f => f.Contains("(no. 8) is not the one that audit-anchors.log tells of"));
        await check.AnchorRestoredAsync();
        Assert.Empty((await check.RunAsync()).Findings);
    }

    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task ATrailThatWasRemovedWholeIsFoundByItsAnchor(DatabaseProvider provider)
    {
        await using var data = await TestDatabase.CreateAsync(provider);
        await FillAsync(data, 8);
        var check = data.Provided.GetRequiredService<AuditCheck>();
        await check.AnchorAsync("test");
        await using var db = data.Provided.GetRequiredService<IProvider>().OpenForIdentity();

        await db.Database.ExecuteSqlRawAsync("DELETE FROM security_logs; DELETE FROM security_chain");
        var removed = (await check.RunAsync()).Findings;
        await FillAsync(data, 20);
        await check.AnchorAsync("test");
        var anew = (await check.RunAsync()).Findings;

        Assert.All([removed, anew], f => Assert.StartsWith("The audit trail is not the one that audit-anchors.log tells of: that one stood at no. 8 on ", Assert.Single(f), StringComparison.Ordinal));
        await check.AnchorRestoredAsync();
        Assert.Empty((await check.RunAsync()).Findings);
    }

    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task TheChainsOwnBeginningAndEndAreWatchedToo(DatabaseProvider provider)
    {
        await using var data = await TestDatabase.CreateAsync(provider);
        await FillAsync(data, 3);
        var check = data.Provided.GetRequiredService<AuditCheck>();
        await using var db = data.Provided.GetRequiredService<IProvider>().OpenForIdentity();

        foreach (var (tamper, repair) in new[]
        {
            ("UPDATE security_chain SET seq = 4", "UPDATE security_chain SET seq = 3"),
            ("UPDATE security_chain SET seq = 2", "UPDATE security_chain SET seq = 3"),
            ("UPDATE security_chain SET hash = 'x' || hash", "UPDATE security_chain SET hash = substr(hash, 2)"),
            ("UPDATE security_chain SET genesis = 'x' || genesis", "UPDATE security_chain SET genesis = substr(genesis, 2)"),
            ("UPDATE security_chain SET old_rows = old_rows + 1", "UPDATE security_chain SET old_rows = old_rows - 1"),
        })
        {
            await db.Database.ExecuteSqlRawAsync(tamper);
            Assert.NotEmpty((await check.RunAsync()).Findings);
            await db.Database.ExecuteSqlRawAsync(repair);
            Assert.Empty((await check.RunAsync()).Findings);
        }

        await db.Database.ExecuteSqlRawAsync("DELETE FROM security_chain");
        Assert.NotEmpty((await check.RunAsync()).Findings);
        // A new beginning does not hide it.
        await FillAsync(data, 1);
        Assert.NotEmpty((await check.RunAsync()).Findings);
    }

    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task RowsOfTheOlderSystemAreKeptAsTheyWereWhenTheChainBegan(DatabaseProvider provider)
    {
        await using var data = await TestDatabase.CreateAsync(provider);
        await using var db = data.Provided.GetRequiredService<IProvider>().OpenForIdentity();
        await db.Database.ExecuteSqlRawAsync("INSERT INTO security_logs (event_type, details, created_at) VALUES ('login', 'not json', '2024-01-02T03:04:05.678Z'), ('logout', NULL, '2024-01-02 03:04:05')");
        await FillAsync(data, 3);
        await db.Database.ExecuteSqlRawAsync("INSERT INTO security_logs (event_type) VALUES ('by hand')");
        var check = data.Provided.GetRequiredService<AuditCheck>();

        var proof = await check.RunAsync();
        Assert.Empty(proof.Findings);
        Assert.Equal((3, 3), (proof.Rows, proof.Unproved));

        await db.Database.ExecuteSqlRawAsync("UPDATE security_logs SET details = 'altered' WHERE id = 1");
        Assert.Contains("from before the chain", Assert.Single((await check.RunAsync()).Findings));
    }

    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task TwoInstancesWriteOneChain(DatabaseProvider provider)
    {
        await using var data = await TestDatabase.CreateAsync(provider);
        await using var second = data.OpenSecondInstance();
        var stores = new[] { data.Store, second.GetRequiredService<CrmStore>() };

        // Also those that fail halfway leave no hole.
        await Task.WhenAll(Enumerable.Range(0, 80).Select(i => Task.Run(async () =>
        {
            try
            {
                await stores[i % 2].WriteAsync(data.Anna, db =>
                {
                    db.Audit("race", $"leads/{i}");
                    return i % 7 == 0 ? throw new RuleException("no") : Task.FromResult(0);
                });
            }
            catch (RuleException)
            {
            }
        })));

        var proof = await data.Provided.GetRequiredService<AuditCheck>().RunAsync();
        Assert.Empty(proof.Findings);
        Assert.Equal(80 - 12, proof.Rows);
    }

    [Fact]
    public async Task WritersThatShareACommitShareOneOrder()
    {
        await using var data = await TestDatabase.CreateAsync();
        using var gate = new SemaphoreSlim(0);
        var first = data.Store.WriteAsync(data.Anna, async _ => await gate.WaitAsync());
        var others = Enumerable.Range(0, 100).Select(i => data.Store.WriteAsync(data.Anna, db =>
        {
            db.Audit("together", $"leads/{i}");
            return i % 10 == 0 ? throw new RuleException("no") : Task.FromResult(i);
        })).ToList();
        gate.Release();
        await first;
        await Task.WhenAll(others.Select(o => o.ContinueWith(_ => { }, TaskScheduler.Default)));

        var proof = await data.Provided.GetRequiredService<AuditCheck>().RunAsync();
        Assert.Empty(proof.Findings);
        Assert.Equal(90, proof.Rows);
    }

    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task TheProgramCannotChangeOrRemoveARow(DatabaseProvider provider)
    {
        await using var data = await TestDatabase.CreateAsync(provider);
        await FillAsync(data, 2);

        await Assert.ThrowsAsync<InvalidOperationException>(() => data.Store.WriteAsync(data.Admin, async db => (await db.SecurityLogs.FirstAsync()).Details = "altered"));
        await Assert.ThrowsAsync<InvalidOperationException>(() => data.Store.WriteAsync(data.Admin, async db => db.SecurityLogs.Remove(await db.SecurityLogs.FirstAsync())));
        await using var outside = data.Store.OpenForIdentity();
        outside.SecurityLogs.Add(new() { EventType = "unchained" });
        await Assert.ThrowsAsync<InvalidOperationException>(() => outside.SaveChangesAsync());

        Assert.Empty((await data.Provided.GetRequiredService<AuditCheck>().RunAsync()).Findings);
    }

    /// <summary>Anybody can check a row with nothing but the documented form.</summary>
    [Fact]
    public void TheCanonicalFormIsWhatTheDocumentsSay()
    {
        var row = new SecurityLog { Id = 7, Seq = 3, CreatedAt = new(2026, 11, 24, 12, 0, 0, DateTimeKind.Utc), EventType = "login_success", UserId = "3", UserName = "Zoë", Severity = "info" };

        var expected = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData("4:kps1,3:abc,1:3,1:7,24:2026-11-24T12:00:00.000Z,13:login_success,1:3,4:Zoë,-,-,-,-,4:info,"u8));

        Assert.Equal(expected, AuditChain.HashOf("abc", row));
    }

    private static async Task FillAsync(TestDatabase data, int rows)
    {
        for (var i = 0; i < rows; i++)
            await data.Store.WriteAsync(data.Anna with { From = new("203.0.113.7", "Test browser") }, db =>
            {
                db.Audit(SecurityEvents.RecordViewed, $"leads/{i}", new { n = i });
                return Task.CompletedTask;
            });
    }
}
