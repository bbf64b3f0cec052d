using KpsCrm.Data;
using KpsCrm.Web;
using KpsCrm.Web.Features.Account;
using KpsCrm.Web.Features.Intake;
using KpsCrm.Web.Features.Dashboard;
using KpsCrm.Web.Features.Mail;
using KpsCrm.Web.Features.Pipeline;
using KpsCrm.Web.Live;
using MudBlazor.Services;
using Serilog;

var builder = WebApplication.CreateBuilder(args);
// Also when Production runs from a checkout; published, there is nothing to do.
builder.WebHost.UseStaticWebAssets();
builder.Services.AddSerilog(log => log
    .ReadFrom.Configuration(builder.Configuration)
    .WriteTo.Console(formatProvider: System.Globalization.CultureInfo.InvariantCulture), preserveStaticLogger: true);

builder.Services.AddSingleton(TimeProvider.System);
builder.Services.AddCrmData(builder.Configuration.GetDatabaseOptions(builder.Environment));
builder.Services.AddSettings(builder.Configuration);
builder.Services.AddLive();
builder.Services.AddAccount();
builder.Services.AddIntake(builder.Configuration);
builder.Services.AddMail();
builder.Services.AddPipeline();

builder.Services.AddRazorComponents().AddInteractiveServerComponents();
builder.Services.AddMudServices();
builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(10));

var app = builder.Build();
await app.PrepareDatabaseAsync();

app.UseExceptionHandler("/error", createScopeForErrors: true);
app.UseStatusCodePagesWithReExecute("/not-found", createScopeForStatusCodePages: true);
app.UsePlainStatusCodesForPosts();
app.UseNoNewCircuitsWhileStopping();
app.UseIntake();
app.UseFirstRun();
app.UseRateLimiter();
app.UseAuthentication();
app.UseAuthorization();
app.UseAntiforgery();

app.MapStaticAssets().AllowAnonymous();
app.MapRazorComponents<KpsCrm.Web.Layout.App>().AddInteractiveServerRenderMode();
app.MapAccount();
app.MapIntake();
app.MapDashboard();

await app.RunAsync();

public partial class Program;
