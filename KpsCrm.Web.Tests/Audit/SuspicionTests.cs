using KpsCrm.Data;
using KpsCrm.Data.Notifications;
using KpsCrm.Data.Security;
using KpsCrm.Web.Features.Audit;
using KpsCrm.Web.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace KpsCrm.Web.Tests.Audit;

public class SuspicionTests
{
    private const string Firefox = "Mozilla/5.0 (Windows NT 10.0) Firefox/128.0", Safari = "Mozilla/5.0 (iPhone) Safari/605";
    private static readonly SuspicionOptions Options = new() { FailuresOfAccount = 4, AccountsOfAddress = 3, RecordsOpened = 5, Exports = 3, ExportedRows = 1_000, TrapsOfAddress = 3 };

    public static TheoryData<DatabaseProvider, string, int, string> Thresholds()
    {
        var rows = new TheoryData<DatabaseProvider, string, int, string>();
        foreach (var provider in Enum.GetValues<DatabaseProvider>())
        {
            rows.Add(provider, "failures", 4, "4 failed sign-ins for x@kps.example within 15 minutes.");
            rows.Add(provider, "spraying", 3, "Failed sign-ins for 3 accounts from 203.0.113.9 within 15 minutes.");
            rows.Add(provider, "spraying6", 3, "Failed sign-ins for 3 accounts from 2001:db8::3 within 15 minutes.");
            rows.Add(provider, "opened", 5, "Anna Alvarez opened 5 records within 10 minutes.");
            rows.Add(provider, "exports", 3, "Anna Alvarez took away 3 exports and files with 30 rows within 1 hour.");
            rows.Add(provider, "traps", 3, "The public form caught 3 enquiries of a machine from 203.0.113.9 within 1 hour.");
        }
        return rows;
    }

    [Theory, MemberData(nameof(Thresholds))]
    public async Task AtTheThresholdTheAlarmGoesOffOnceAndJustBelowItDoesNot(DatabaseProvider provider, string rule, int threshold, string sentence)
    {
        await using var data = await TestDatabase.CreateAsync(provider);
        var watch = Watch(data);
        for (var i = 1; i < threshold; i++)
        {
            await OneAsync(data, rule, i);
            await watch.LookAsync(default);
        }
        Assert.Empty(await AlarmsAsync(data));

        await OneAsync(data, rule, threshold);
        await watch.LookAsync(default);
        await OneAsync(data, rule, threshold + 1);
        await watch.LookAsync(default);

        var alarm = Assert.Single(await AlarmsAsync(data));
        Assert.Equal(sentence, alarm.Sentence);
        Assert.NotNull(alarm.Href);
        // The admin's bell, nobody else's.
        var bells = await data.Store.WriteAsync(data.Admin, db => db.Notifications.Select(n => new { n.UserId, n.Kind, n.Text }).ToListAsync());
        Assert.Equal([new { UserId = 1, Kind = NotificationKind.Suspicious, Text = sentence.TrimEnd('.') }], bells);
        Assert.Empty((await data.Provided.GetRequiredService<AuditCheck>().RunAsync()).Findings);
    }

    [Fact]
    public async Task ATrailThatIsBrokenOrFullRings()
    {
        await using var data = await TestDatabase.CreateAsync();
        await AddAsync(data, Actor.System, SecurityEvents.AuditBroken, null, "203.0.113.9", new { finding = "Row 7 was changed.", findings = 1 });
        await AddAsync(data, Actor.System, SecurityEvents.AuditOverflow, null, "203.0.113.9", new { rows = 5 });

        await Watch(data).LookAsync(default);

        Assert.Equal(["More happened at once than the audit trail could note: some of what was opened or searched is not in it.", "The audit trail is not as it was written. Row 7 was changed."], (await AlarmsAsync(data)).Select(a => a.Sentence).Order());
    }

    /// <summary>ASVS 6.3.5.</summary>
    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task WhoseAccountIsGuessedAtHearsOfItByBellAndMailOnce(DatabaseProvider provider)
    {
        await using var data = await TestDatabase.CreateAsync(provider);
        var watch = Watch(data);
        for (var i = 0; i < 6; i++)
        {
            await AddAsync(data, Actor.Visitor, i % 2 == 0 ? SecurityEvents.LoginFailure : SecurityEvents.SecondFactorFailure, "account/anna@kps.example", $"203.0.113.{i}");
            await watch.LookAsync(default);
        }

        var told = await data.Store.WriteAsync(data.Admin, db => db.Notifications.Where(n => n.UserId != 1).Select(n => new { n.UserId, n.Kind, n.Text }).ToListAsync());
        Assert.Equal([new { UserId = 3, Kind = NotificationKind.Account, Text = "Somebody tried to sign in to your account 4 times within 15 minutes and failed" }], told);
        Assert.Equal(["anna@kps.example"], await data.Store.ReadAsync(Actor.System, view => view.Mails.Select(m => m.ToAddress).ToListAsync()));
    }

    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task WhatIsSpreadOverTimeIsNoAlarmAndALaterIncidentIsANewOne(DatabaseProvider provider)
    {
        await using var data = await TestDatabase.CreateAsync(provider);
        var watch = Watch(data);
        for (var i = 0; i < 8; i++)
        {
            await OneAsync(data, "failures", i);
            await watch.LookAsync(default);
            data.Clock.Advance(TimeSpan.FromMinutes(6));
        }
        Assert.Empty(await AlarmsAsync(data));

        foreach (var pause in new[] { TimeSpan.Zero, TimeSpan.FromMinutes(30), TimeSpan.FromMinutes(61) })
        {
            data.Clock.Advance(pause);
            for (var i = 0; i < 4; i++)
                await OneAsync(data, "failures", i);
            await watch.LookAsync(default);
        }
        Assert.Equal(2, (await AlarmsAsync(data)).Count);
    }

    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task ARestartForgetsNothingAndTwoInstancesRingOnce(DatabaseProvider provider)
    {
        await using var data = await TestDatabase.CreateAsync(provider);
        for (var i = 0; i < 4; i++)
            await OneAsync(data, "failures", i);
        await using var second = data.OpenSecondInstance();
        var other = new SuspicionWatch(second.GetRequiredService<CrmStore>(), second.GetRequiredService<KpsCrm.Data.Changes.ChangeFeed>(), new(Options), Options, data.Clock, NullLogger<SuspicionWatch>.Instance);

        await Task.WhenAll(Watch(data).LookAsync(default), other.LookAsync(default));

        Assert.Single(await AlarmsAsync(data));
        Assert.Equal(1, await data.Store.ReadAsync(data.Admin, view => view.Notifications.CountAsync()));
    }

    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task AnAdminFromANewDeviceOrNetworkIsTold(DatabaseProvider provider)
    {
        await using var data = await TestDatabase.CreateAsync(provider);
        var watch = Watch(data);
        async Task<int> SignInAsync(Actor who, string address, string agent)
        {
            await AddAsync(data, who, SecurityEvents.LoginSuccess, null, address, agent: agent);
            await watch.LookAsync(default);
            return (await AlarmsAsync(data)).Count;
        }

        Assert.Equal(0, await SignInAsync(data.Admin, "203.0.113.9", Firefox));
        Assert.Equal(0, await SignInAsync(data.Admin, "203.0.113.77", Firefox));
        Assert.Equal(1, await SignInAsync(data.Admin, "203.0.113.9", Safari));
        Assert.Equal(2, await SignInAsync(data.Admin, "198.51.100.4", Firefox));
        Assert.Equal(2, await SignInAsync(data.Admin, "198.51.100.5", Safari));
        // Of others than admins nobody is told.
        Assert.Equal(2, await SignInAsync(data.Anna, "203.0.113.9", Firefox));
        Assert.Equal(2, await SignInAsync(data.Anna, "198.51.100.4", Safari));
        // Not seen for ninety days is new again.
        data.Clock.Advance(TimeSpan.FromDays(80));
        Assert.Equal(2, await SignInAsync(data.Admin, "203.0.113.9", Firefox));
        data.Clock.Advance(TimeSpan.FromDays(20));
        Assert.Equal(3, await SignInAsync(data.Admin, "203.0.113.9", Safari));
    }

    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task AnEndedSessionThatIsUsedIsToldAtOnceAndExportsCountTheirRows(DatabaseProvider provider)
    {
        await using var data = await TestDatabase.CreateAsync(provider);
        var watch = Watch(data);
        await AddAsync(data, data.Anna, SecurityEvents.RevokedSessionUsed, null, "203.0.113.9", severity: SecuritySeverity.Info);
        await AddAsync(data, data.Ben, SecurityEvents.Exported, "leads", "203.0.113.9", new { rows = 999 });
        await watch.LookAsync(default);
        Assert.Empty(await AlarmsAsync(data));

        await AddAsync(data, data.Anna, SecurityEvents.RevokedSessionUsed, null, "203.0.113.9", severity: SecuritySeverity.Warning);
        await AddAsync(data, data.Ben, SecurityEvents.Exported, "leads", "203.0.113.9", new { rows = 1 });
        await watch.LookAsync(default);

        Assert.Equal(["A session of Anna Alvarez that had been ended was used from 203.0.113.9.", "Ben Brooks took away 2 exports and files with 1,000 rows within 1 hour."], (await AlarmsAsync(data)).Select(a => a.Sentence).Order());
    }

    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task AnAlarmIsDismissedByAnAdminOnceWithAReasonThatStays(DatabaseProvider provider)
    {
        await using var data = await TestDatabase.CreateAsync(provider);
        for (var i = 0; i < 4; i++)
            await OneAsync(data, "failures", i);
        await Watch(data).LookAsync(default);
        var alarm = Assert.Single(await AlarmsAsync(data));
        var dismiss = new DismissSuspicion(data.Store);

        await Assert.ThrowsAsync<AccessDeniedException>(() => dismiss.RunAsync(data.Manager, alarm.Id, "I say so"));
        await Assert.ThrowsAsync<RuleException>(() => dismiss.RunAsync(data.Admin, alarm.Id, "  "));
        await Assert.ThrowsAsync<RuleException>(() => dismiss.RunAsync(data.Admin, alarm.Id + 100, "Not there"));
        Assert.Single(await AlarmsAsync(data));
        await dismiss.RunAsync(data.Admin, alarm.Id, "Anna forgot her password");
        await Assert.ThrowsAsync<RuleException>(() => dismiss.RunAsync(data.Admin, alarm.Id, "Again"));

        Assert.Empty(await AlarmsAsync(data));
        var kept = await data.Store.ReadAsync(data.Admin, view => view.SecurityLogs.SingleAsync(l => l.EventType == SecurityEvents.SuspicionDismissed));
        Assert.Equal(("Alex Admin", $"suspicion/{alarm.Id}"), (kept.UserName, kept.Subject));
        Assert.Contains("Anna forgot her password", kept.Details);
    }

    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task NobodyBelowAdminSeesAlarmsOrRows(DatabaseProvider provider)
    {
        await using var data = await TestDatabase.CreateAsync(provider);
        for (var i = 0; i < 4; i++)
            await OneAsync(data, "failures", i);
        await Watch(data).LookAsync(default);

        foreach (var who in new[] { data.Manager, data.Anna, Actor.Visitor })
        {
            Assert.Empty(await data.Store.ReadAsync(who, view => new SuspicionsQuestion().AskAsync(view, default)));
            Assert.Empty((await data.Store.ReadAsync(who, view => new AuditQuestion(new(), null, new()).AskAsync(view, default))).Lines);
            Assert.Null(await data.Store.ReadAsync(who, view => new AuditLineQuestion(1).AskAsync(view, default)));
        }
    }

    private static SuspicionWatch Watch(TestDatabase data) => new(data.Store, data.Feed, new(Options), Options, data.Clock, NullLogger<SuspicionWatch>.Instance);

    private static Task<IReadOnlyList<OpenSuspicion>> AlarmsAsync(TestDatabase data) => data.Store.ReadAsync(data.Admin, view => new SuspicionsQuestion().AskAsync(view, default));

    private static Task OneAsync(TestDatabase data, string rule, int i) => rule switch
    {
        "failures" => AddAsync(data, Actor.Visitor, SecurityEvents.LoginFailure, "account/x@kps.example", $"203.0.113.{i}"),
        "spraying" => AddAsync(data, Actor.Visitor, SecurityEvents.LoginFailure, $"account/{i}@kps.example", "203.0.113.9"),
        // Each from another address of one network.
        "spraying6" => AddAsync(data, Actor.Visitor, SecurityEvents.LoginFailure, $"account/{i}@kps.example", $"2001:db8::{i}"),
        "opened" => AddAsync(data, data.Anna, SecurityEvents.RecordViewed, $"leads/{i}", "203.0.113.9"),
        "exports" => AddAsync(data, data.Anna, SecurityEvents.Exported, "leads", "203.0.113.9", new { rows = 10 }),
        _ => AddAsync(data, Actor.Visitor, SecurityEvents.FormTrap, null, "203.0.113.9"),
    };

    private static Task AddAsync(TestDatabase data, Actor who, string type, string? subject, string address, object? details = null, string agent = Firefox, string severity = SecuritySeverity.Info) =>
        data.Store.WriteAsync(who with { From = new(address, agent) }, db =>
        {
            db.Audit(type, subject, details, severity);
            return Task.CompletedTask;
        });
}
