using System.Globalization;
using KpsCrm.Data;
using KpsCrm.Web;
using KpsCrm.Web.Features.Account;
using KpsCrm.Web.Features.Account.SecondStep;
using KpsCrm.Web.Features.Audit;
using KpsCrm.Web.Features.Backups;
using KpsCrm.Web.Features.Bell;
using KpsCrm.Web.Features.Create;
using KpsCrm.Web.Features.Dashboard;
using KpsCrm.Web.Features.Files;
using KpsCrm.Web.Features.FirstSteps;
using KpsCrm.Web.Features.Guard;
using KpsCrm.Web.Features.Health;
using KpsCrm.Web.Features.Intake;
using KpsCrm.Web.Features.Lists;
using KpsCrm.Web.Features.Mail;
using KpsCrm.Web.Features.Pipeline;
using KpsCrm.Web.Features.Records;
using KpsCrm.Web.Features.Recycling;
using KpsCrm.Web.Features.Tasks;
using KpsCrm.Web.Features.Users;
using KpsCrm.Web.Live;
using KpsCrm.Web.Maintenance;
using KpsCrm.Web.Site;
using MudBlazor;
using MudBlazor.Services;

// Numbers and dates are written as people here write them, whatever the machine's own language.
CultureInfo.DefaultThreadCurrentCulture = CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
FileRights.KeepOthersOut();
if (args is ["db", ..])
    return await DbCommands.RunAsync(args);
if (Start.CreateBuilder(args) is not { } builder)
    return 1;
// Also when Production runs from a checkout; published, there is nothing to do.
builder.WebHost.UseStaticWebAssets();

var database = builder.Configuration.GetDatabaseOptions(builder.Environment);
builder.Services.AddLog(builder.Configuration, database);
builder.Services.AddSingleton(TimeProvider.System);
builder.Services.AddCrmData(database);
builder.Services.AddSettings(builder.Configuration);
builder.Services.AddLive();
builder.Services.AddSite();
builder.Services.AddAccount();
builder.Services.AddUsers();
builder.Services.AddAudit();
builder.Services.AddSingleton<AnalyticsReaders>();
builder.Services.AddGuard();
builder.Services.AddIntake(builder.Configuration);
builder.Services.AddMail();
builder.Services.AddPipeline();
builder.Services.AddRecords();
builder.Services.AddLists();
builder.Services.AddFiles();
builder.Services.AddRecycling();
builder.Services.AddTasks();
builder.Services.AddCreate();
builder.Services.AddBell();
builder.Services.AddFirstSteps();
builder.Services.AddBackups();
builder.Services.AddHealth();
builder.Services.AddHealthPage();
builder.Services.AddExceptionHandler<ApiErrors>();

builder.Services.AddRazorComponents().AddInteractiveServerComponents();
builder.Services.AddMudServices(mud => mud.SnackbarConfiguration.PositionClass = Defaults.Classes.Position.BottomRight);
builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(10));

var app = builder.Build();
if (!await app.PrepareAsync())
    return 1;

app.UseTrustedProxies();
app.UseOneSpelling();
app.UseSecurityHeaders();
app.UseMetricsDoor();
app.UseFormCookie();
app.UseRefusals();
app.UseExceptionHandler("/error", createScopeForErrors: true);
app.UseStatusCodePagesWithReExecute("/not-found", createScopeForStatusCodePages: true);
app.UsePlainStatusCodesForPosts();
app.UseNoNewCircuitsWhileStopping();
app.UseBodyLimit();
app.UseIntake();
app.UseFirstRun();
app.UseAuthentication();
app.UseRateLimiter();
app.UseAuthorization();
app.UseSecondFactorDoor();
app.UsePageDoor();
app.UseOwnFormsOnly();

app.MapStaticAssets().AllowAnonymous();
app.MapRazorComponents<KpsCrm.Web.Layout.App>().AddInteractiveServerRenderMode(server => server.ContentSecurityFrameAncestorsPolicy = null);
app.MapAccount();
app.MapAudit();
app.MapIntake();
app.MapDashboard();
app.MapFiles();
app.MapHealth();
app.MapMetrics();

return await app.ServeAsync();

public partial class Program;
