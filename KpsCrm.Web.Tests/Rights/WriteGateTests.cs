using System.Text.Json;
using System.Text.Json.Serialization;
using KpsCrm.Data;
using KpsCrm.Data.Activities;
using KpsCrm.Data.Analytics;
using KpsCrm.Data.Clients;
using KpsCrm.Data.Deals;
using KpsCrm.Data.Files;
using KpsCrm.Data.Leads;
using KpsCrm.Data.Mail;
using KpsCrm.Data.Notifications;
using KpsCrm.Data.Security;
using KpsCrm.Data.Settings;
using KpsCrm.Data.Tasks;
using KpsCrm.Data.Users;
using KpsCrm.Data.Views;
using KpsCrm.Web.Tests.Support;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace KpsCrm.Web.Tests.Rights;

/// <summary>The last check before a save, for a command that forgot its own: what a person may not write is refused whoever asks the database for it.</summary>
public sealed class WriteGateTests
{
    private const int Ben = 4;

    private static readonly JsonSerializerOptions Readable = new() { ReferenceHandler = ReferenceHandler.IgnoreCycles };

    /// <summary>What Anna, who sells, may not do; each as straight as can be.</summary>
    private static readonly Dictionary<Type, Func<CrmDbContext, Task>[]> Forbidden = new()
    {
        [typeof(StoredSetting)] = [Add(() => new StoredSetting { Key = "checklist.dismissed", Value = "true" }), Add(() => new StoredSetting { Key = "guard.second_factor_for_admins", Value = "0" }), Change<StoredSetting>(s => s.Value = "1"), Remove<StoredSetting>()],
        [typeof(QuarantinedEnquiry)] = [Add(() => new QuarantinedEnquiry { Reason = "trap", Name = "mine", Email = "mine@example.com", Payload = "{}" }), Remove<QuarantinedEnquiry>()],
        [typeof(OutgoingMail)] = [Change<OutgoingMail>(m => m.TryAgain(DateTime.UnixEpoch)), Remove<OutgoingMail>()],
        [typeof(Session)] = [Change<Session>(s => s.End(SessionEnd.Ended, DateTime.UnixEpoch)), Change<Session>(s => s.Stamp = "mine"), Remove<Session>()],
        [typeof(SecondFactor)] = [Change<SecondFactor>(f => f.ProtectedKey = "mine"), Remove<SecondFactor>()],
        [typeof(RecoveryCode)] = [Add(() => new RecoveryCode { UserId = Ben, Hash = "mine" }), Change<RecoveryCode>(c => c.UsedAt = null), Remove<RecoveryCode>()],
        [typeof(IdentityUserPasskey<int>)] = [Remove<IdentityUserPasskey<int>>()],
        [typeof(DefaultView)] = [Remove<DefaultView>()],
        [typeof(SavedView)] = [Change<SavedView>(v => v.Name = "mine"), Remove<SavedView>()],
        [typeof(Notification)] = [Change<Notification>(n => n.ReadAt = DateTime.UnixEpoch), Remove<Notification>()],
        [typeof(Team)] = [Add(() => new Team { Name = "mine" }), Change<Team>(t => t.Name = "mine"), Remove<Team>()],
        [typeof(RoleRights)] = [Change<RoleRights>(r => r.Sees = Scope.All), Remove<RoleRights>()],
        [typeof(User)] = [Change<User>(u => u.Name = "mine"), Change<User>(u => u.PasswordHash = "mine"), Remove<User>(), Add(() => new User { Id = 99, Name = "mine", Email = "mine@kps.example", UserName = "mine@kps.example" })],
    };

    /// <summary>Of these <see cref="RefusedWriteTests"/> asks, command by command.</summary>
    private static readonly Type[] OfRecords = [typeof(Lead), typeof(Client), typeof(Deal), typeof(TaskItem), typeof(Attachment), typeof(Activity)];

    /// <summary>The trail takes what anybody does; page views and brakes belong to no person; Identity's other tables stay empty.</summary>
    private static readonly string[] OfNobody = ["SecurityLog", "SecurityChain", nameof(AnalyticsEvent), "Brake", "IdentityUserClaim", "IdentityUserLogin", "IdentityUserToken"];

    public static TheoryData<DatabaseProvider, string, int> All => [.. from provider in Enum.GetValues<DatabaseProvider>() from of in Forbidden from n in Enumerable.Range(0, of.Value.Length) select (provider, of.Key.Name, n)];

    [Theory, MemberData(nameof(All))]
    public async Task WhatIsNotTheirsTheyCannotWrite(DatabaseProvider provider, string of, int attempt)
    {
        await using var data = await TestDatabase.CreateAsync(provider);
        await FillAsync(data);
        var (type, acts) = Forbidden.Single(f => f.Key.Name == of);
        var act = acts[attempt];
        var before = await RowsAsync(data, type);

        await Assert.ThrowsAsync<AccessDeniedException>(() => data.Store.WriteAsync(data.Anna, act));

        Assert.Equal(before, await RowsAsync(data, type));
        // It is not for another reason that it was refused.
        await data.Store.WriteAsync(Actor.System, act);
        Assert.NotEqual(before, await RowsAsync(data, type));
    }

    /// <summary>Of what a person signs in with, an admin takes away and makes nothing.</summary>
    [Fact]
    public async Task AnAdminGivesNobodyASecondFactor()
    {
        await using var data = await TestDatabase.CreateAsync();
        await FillAsync(data);

        await Assert.ThrowsAsync<AccessDeniedException>(() => data.Store.WriteAsync(data.Admin, Change<SecondFactor>(f => f.ProtectedKey = "mine")));
        await Assert.ThrowsAsync<AccessDeniedException>(() => data.Store.WriteAsync(data.Admin, Add(() => new RecoveryCode { UserId = Ben, Hash = "mine" })));
        await data.Store.WriteAsync(data.Admin, Remove<SecondFactor>());
        await data.Store.WriteAsync(data.Ben, Remove<RecoveryCode>());
    }

    [Fact]
    public async Task EveryTableHasARule()
    {
        await using var data = await TestDatabase.CreateAsync();
        var entities = await data.Store.WriteAsync(Actor.System, db => Task.FromResult(db.Model.GetEntityTypes().Where(e => !e.IsOwned()).Select(e => e.ClrType).ToList()));

        Assert.Equal([], entities.Except(Forbidden.Keys).Except(OfRecords).Select(t => t.Name.Split('`')[0]).Except(OfNobody));
    }

    /// <summary>One of each, all of Ben's.</summary>
    private static Task FillAsync(TestDatabase data) => data.Store.WriteAsync(Actor.System, async db =>
    {
        var now = db.Now;
        var view = new SavedView { List = "leads", Name = "Ben's", Query = "", OwnerId = Ben };
        db.AddRange(
            new StoredSetting { Key = "guard.idle_hours", Value = "8", UpdatedAt = now },
            new QuarantinedEnquiry { Reason = "trap", Name = "Ana", Email = "ana@example.com", Payload = "{}", ReceivedAt = now },
            new OutgoingMail { Kind = MailKind.Notice, ToAddress = "ben@kps.example", MessageId = "1@kps.example", CreatedAt = now },
            new Session { UserId = Ben, KeyHash = "key", Stamp = "stamp", CreatedAt = now },
            new SecondFactor { UserId = Ben, ProtectedKey = "key" },
            new RecoveryCode { UserId = Ben, Hash = "code", UsedAt = now },
            new IdentityUserPasskey<int> { UserId = Ben, CredentialId = [1], Data = new() { Name = "Phone", PublicKey = [1], AttestationObject = [1], ClientDataJson = [1], CreatedAt = now } },
            view,
            new Notification { UserId = Ben, Kind = NotificationKind.Mentioned, Text = "Anna mentioned you", At = now },
            new Team { Name = "North", CreatedAt = now },
            new RoleRights { Role = Role.Sales, Sees = Scope.Own, Changes = Scope.Own });
        await db.SaveChangesAsync();
        db.Add(new DefaultView { UserId = Ben, List = "leads", SavedViewId = view.Id });
    });

    private static Task<string> RowsAsync(TestDatabase data, Type type) => data.Store.ReadAsync(Actor.System, async view =>
    {
        var rows = (IQueryable<object>)view.Db.GetType().GetMethod(nameof(DbContext.Set), [])!.MakeGenericMethod(type).Invoke(view.Db, null)!;
        return JsonSerializer.Serialize(await rows.AsNoTracking().ToListAsync(), Readable);
    });

    private static Func<CrmDbContext, Task> Add<T>(Func<T> row) where T : class => async db =>
    {
        db.Add(row());
        await db.SaveChangesAsync();
    };

    private static Func<CrmDbContext, Task> Change<T>(Action<T> change) where T : class => async db => change(await OfBenAsync<T>(db));

    private static Func<CrmDbContext, Task> Remove<T>() where T : class => async db => db.Remove(await OfBenAsync<T>(db));

    private static async Task<T> OfBenAsync<T>(CrmDbContext db) where T : class => typeof(T) == typeof(User) ? (T)(object)await db.Users.SingleAsync(u => u.Id == Ben) : (await db.Set<T>().ToListAsync())[0];
}
