using System.Reflection;
using KpsCrm.Data;
using KpsCrm.Data.Maintenance;
using KpsCrm.Data.Recycling;
using KpsCrm.Data.Security;
using KpsCrm.Data.Users;
using KpsCrm.Web.Features.Account.Passwords;
using KpsCrm.Web.Features.Account.SecondStep;
using KpsCrm.Web.Features.Account.Sessions;
using KpsCrm.Web.Features.Backups;
using KpsCrm.Web.Features.Health;
using KpsCrm.Web.Features.Intake;
using KpsCrm.Web.Features.Users;
using KpsCrm.Web.Tests.Support;
using Microsoft.AspNetCore.Components;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace KpsCrm.Web.Tests.Rights;

/// <summary>What does something for somebody and is no command: each service's method has a rule, and what is for admins refuses everybody else.</summary>
public class ServiceWalkTests
{
    /// <summary>For whom, and what is tried: on the colleague with id 4, and on things that are there.</summary>
    private static readonly Dictionary<string, (Role For, Func<IServiceProvider, Actor, Task> Try)> Guarded = new()
    {
        ["Accounts.RenameAsync"] = (Role.Admin, (s, who) => s.GetRequiredService<Accounts>().RenameAsync(who, 4, "Mallory")),
        ["Accounts.ChangeRoleAsync"] = (Role.Admin, (s, who) => s.GetRequiredService<Accounts>().ChangeRoleAsync(who, 4, Role.Admin)),
        ["Accounts.DeactivateAsync"] = (Role.Admin, (s, who) => s.GetRequiredService<Accounts>().DeactivateAsync(who, 4)),
        ["Accounts.ReactivateAsync"] = (Role.Admin, (s, who) => s.GetRequiredService<Accounts>().ReactivateAsync(who, 4)),
        ["Invitations.InviteAsync"] = (Role.Admin, (s, who) => s.GetRequiredService<Invitations>().InviteAsync(who, new() { Name = "Mallory", Email = "mallory@example.com", Role = Role.Admin })),
        ["Invitations.AgainAsync"] = (Role.Admin, (s, who) => s.GetRequiredService<Invitations>().AgainAsync(who, 4)),
        ["Invitations.WithdrawAsync"] = (Role.Admin, (s, who) => s.GetRequiredService<Invitations>().WithdrawAsync(who, 4)),
        ["ResetLink.MakeForAsync"] = (Role.Admin, (s, who) => s.GetRequiredService<ResetLink>().MakeForAsync(who, 4)),
        ["SecondFactors.TurnOffForAsync"] = (Role.Admin, (s, who) => s.GetRequiredService<SecondFactors>().TurnOffForAsync(who, 4)),
        ["EndSessions.AllOfAsync"] = (Role.Admin, (s, who) => s.GetRequiredService<EndSessions>().AllOfAsync(who, 4)),
        ["EndSessions.EveryonesAsync"] = (Role.Admin, (s, who) => s.GetRequiredService<EndSessions>().EveryonesAsync(who)),
        ["BackupDesk.BackUpAsync"] = (Role.Admin, (s, who) => s.GetRequiredService<BackupDesk>().BackUpAsync(who, BackupCause.Hand)),
        ["RestoreDesk.RestoreAsync"] = (Role.Admin, (s, who) => s.GetRequiredService<RestoreDesk>().RestoreAsync(who, BackupFile.Look(s.GetRequiredService<DatabaseOptions>().Path), "kps_crm.db", null)),
        ["CheckDesk.CheckAsync"] = (Role.Admin, (s, who) => s.GetRequiredService<CheckDesk>().CheckAsync(who)),
        ["CheckDesk.RepairAsync"] = (Role.Admin, (s, who) => s.GetRequiredService<CheckDesk>().RepairAsync(who)),
        ["DatabaseCheck.RepairAsync"] = (Role.Admin, (s, who) => s.GetRequiredService<DatabaseCheck>().RepairAsync(who)),
        ["BinPurge.PurgeNowAsync"] = (Role.Admin, (s, who) => s.GetRequiredService<BinPurge>().PurgeNowAsync(who, ItemRef.Lead(1))),
        ["SampleData.RemoveAsync"] = (Role.Admin, (s, who) => s.GetRequiredService<SampleData>().RemoveAsync(who)),
        ["QuarantineDesk.ReleaseAsync"] = (Role.Manager, (s, who) => s.GetRequiredService<QuarantineDesk>().ReleaseAsync(who, 1)),
        ["QuarantineDesk.DropAsync"] = (Role.Manager, (s, who) => s.GetRequiredService<QuarantineDesk>().DropAsync(who, 1)),
        ["QuarantineDesk.HoldAgainAsync"] = (Role.Manager, (s, who) => s.GetRequiredService<QuarantineDesk>().HoldAgainAsync(who, 1)),
    };

    /// <summary>
    /// One's own things only; questions, whose rows the gate chooses (RightsWalkTests); ways to a command (RefusedWriteTests); and what notes who did
    /// something rather than do it for them.
    /// </summary>
    private static readonly HashSet<string> ForAll =
    [
        "EndSessions.OneAsync", "EndSessions.OthersAsync", "OwnSessions.ReadAsync", "SecondFactors.ReadAsync", "SecondFactors.BeginAsync", "SecondFactors.ConfirmAsync", "SecondFactors.RenewCodesAsync",
        "SecondFactors.TurnOffAsync", "SecondFactors.TakeAsync", "OwnSignIn.ConfirmAsync",
        "CrmStore.ReadAsync", "CrmStore.ReadAsPresentAsync", "CrmStore.PresentAsync", "CrmStore.WriteAsync", "Rights.PresentAsync", "LiveAnswers.AskAsync", "Presence.EnterAsync", "Recognition.FindAsync", "SampleWatch.CountAsync", "SampleData.AnyAsync",
        "DealPipeline.MoveAsync", "LeadPipeline.MoveAsync", "IPipeline.MoveAsync", "LeadList.MoveAsync", "DealList.MoveAsync", "IListing`1.MoveAsync", "BulkChange`1.UndoAsync", "DeletedView.RestoreAsync", "ViewItem.MayChange", "Conversion.AskAsync",
        "SecurityTrail.WriteAsync", "SecurityTrail.Note", "SecurityTrail.LoginSucceededAsync", "MaintenanceTrail.BackedUpAsync", "MaintenanceTrail.BackupFailedAsync", "MaintenanceTrail.RestoredAsync", "CrmDbContext.AuditFor",
        "AnalyticsReaders.Note", "ShownRecords.Note",
    ];

    [Fact]
    public void EveryServiceHasARule()
    {
        var methods = from type in new[] { typeof(CrmStore).Assembly, typeof(Accounts).Assembly }.SelectMany(a => a.GetExportedTypes())
                      where type.IsClass && !typeof(Delegate).IsAssignableFrom(type) && type != typeof(SampleFirm) && !typeof(IVersioned).IsAssignableFrom(type) && !typeof(ComponentBase).IsAssignableFrom(type)
                      from method in type.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly)
                      where method.Name is not ("RunAsync" or "Equals" or "GetHashCode" or "Deconstruct") && !method.IsSpecialName && method.GetParameters().Any(p => p.ParameterType == typeof(Actor))
                      select $"{type.Name}.{method.Name}";

        Assert.Equal([], methods.Distinct().Except(Guarded.Keys).Except(ForAll));
    }

    [Fact]
    public async Task WhoIsNotOfTheRoleIsRefusedAndNothingChanges()
    {
        await using var app = await CrmApp.StartAsync();
        Actor[] below = [await app.ActorAsync("anna@kps.example"), await app.ActorAsync("manager@kps.example"), Actor.Visitor];
        var before = await RowsAsync(app);
        foreach (var (method, (role, attempt)) in Guarded)
        {
            foreach (var who in below.Where(b => !b.Is(role)))
            {
                var refusal = await Record.ExceptionAsync(() => attempt(app.Services, who));
                Assert.True(refusal is AccessDeniedException, $"{method} as {who.Name}: {refusal?.Message ?? "it was done"}");
            }
        }
        Assert.Equal(before, await RowsAsync(app));
    }

    private static Task<string> RowsAsync(CrmApp app) => app.Store.ReadAsync(Actor.System, async view =>
        $"{string.Join(' ', await view.Db.Users.OrderBy(u => u.Id).Select(u => $"{u.Id} {u.Name} {u.Role} {u.DeactivatedAt} {u.SecurityStamp}").ToListAsync())} {await view.Mails.CountAsync()} {await view.Settings.CountAsync()}");
}
