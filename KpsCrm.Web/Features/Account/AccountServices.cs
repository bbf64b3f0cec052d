using KpsCrm.Data;
using KpsCrm.Data.Users;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.AspNetCore.Identity;

namespace KpsCrm.Web.Features.Account;

public static class AccountServices
{
    /// <summary>Identity with its cookie, the three roles, and the rule that everything needs a signed-in person unless it says otherwise.</summary>
    public static IServiceCollection AddAccount(this IServiceCollection services)
    {
        services.AddAuthentication(IdentityConstants.ApplicationScheme).AddIdentityCookies(cookies => cookies.ApplicationCookie!.Configure(cookie =>
        {
            cookie.LoginPath = cookie.AccessDeniedPath = "/sign-in";
            cookie.ReturnUrlParameter = "returnUrl";
            cookie.ExpireTimeSpan = TimeSpan.FromDays(14);
            cookie.Cookie.Name = "kps-crm";
            cookie.Cookie.HttpOnly = true;
            cookie.Cookie.SameSite = SameSiteMode.Lax;
            cookie.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
            cookie.CookieManager = new HostPrefixedCookies();
            cookie.Events.OnRedirectToLogin = context => RedirectOrStatus(context, StatusCodes.Status401Unauthorized);
            cookie.Events.OnRedirectToAccessDenied = context => RedirectOrStatus(context, StatusCodes.Status403Forbidden);
        }));

        services.AddIdentityCore<User>(identity =>
        {
            identity.User.RequireUniqueEmail = true;
            identity.Password.RequiredLength = 12;
            identity.Password.RequireDigit = identity.Password.RequireLowercase = identity.Password.RequireUppercase = identity.Password.RequireNonAlphanumeric = false;
            identity.Lockout.MaxFailedAccessAttempts = 5;
            identity.Lockout.DefaultLockoutTimeSpan = TimeSpan.FromMinutes(5);
            identity.SignIn.RequireConfirmedAccount = true;
        })
            .AddEntityFrameworkStores<CrmDbContext>()
            .AddClaimsPrincipalFactory<UserClaims>()
            .AddPasswordValidator<UncommonPassword>()
            .AddUserConfirmation<DemoOnlyInDevelopment>()
            .AddSignInManager()
            .AddDefaultTokenProviders();

        // A cookie outlives a new password, a new role or a locked door by no more than this.
        services.Configure<SecurityStampValidatorOptions>(stamp => stamp.ValidationInterval = TimeSpan.FromSeconds(30));
        services.AddAntiforgery(antiforgery => antiforgery.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest);
        services.AddAuthorizationBuilder()
            .SetFallbackPolicy(new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build());
        services.AddCascadingAuthenticationState();
        services.AddScoped<AuthenticationStateProvider, RevalidatingUser>();
        services.AddScoped<CurrentActor>();
        services.AddScoped<PasswordSignIn>();
        services.AddScoped<CreateFirstAdmin>();
        services.AddSingleton<SecurityTrail>();
        services.AddSingleton<FirstRun>();
        services.AddHostedService(sp => sp.GetRequiredService<FirstRun>());
        services.AddRateLimiter(limits => limits.AddPolicy<string, SignInLimit>(SignInLimit.Policy));
        return services.AddKeysBesideTheData();
    }

    /// <summary>Sign-out is a POST, so that no link or image can do it.</summary>
    public static IEndpointRouteBuilder MapAccount(this IEndpointRouteBuilder app)
    {
        app.MapPost("/sign-out", async (HttpContext http, IAntiforgery antiforgery, SignInManager<User> signIn, SecurityTrail trail) =>
        {
            // The middleware only looks; nothing but form binding would refuse.
            if (!await antiforgery.IsRequestValidAsync(http))
                return Results.BadRequest();
            await trail.LogoutAsync(http);
            await signIn.SignOutAsync();
            return Results.LocalRedirect("/sign-in");
        });
        return app;
    }

    /// <summary>The keys behind the cookies live with the data: a restart, and a second instance that shares the folder, keep everyone signed in.</summary>
    private static IServiceCollection AddKeysBesideTheData(this IServiceCollection services)
    {
        services.AddDataProtection().SetApplicationName("KpsCrm");
        services.AddOptions<KeyManagementOptions>().Configure<DatabaseOptions, ILoggerFactory>((keys, database, loggers) =>
        {
            var folder = new DirectoryInfo(Path.Combine(database.Folder, "keys"));
            if (!folder.Exists && !OperatingSystem.IsWindows())
                Directory.CreateDirectory(folder.FullName, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            keys.XmlRepository = new FileSystemXmlRepository(folder, loggers);
        });
        return services;
    }

    private static Task RedirectOrStatus(RedirectContext<CookieAuthenticationOptions> context, int status)
    {
        if (context.Request.Path.StartsWithSegments("/api") || context.Request.Path.StartsWithSegments("/_blazor"))
            context.Response.StatusCode = status;
        else
            context.Response.Redirect(context.RedirectUri);
        return Task.CompletedTask;
    }
}
