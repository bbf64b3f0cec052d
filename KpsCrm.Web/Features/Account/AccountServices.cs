using KpsCrm.Data;
using KpsCrm.Data.Users;
using KpsCrm.Web.Features.Account.Passkeys;
using KpsCrm.Web.Features.Account.Passwords;
using KpsCrm.Web.Features.Account.SecondStep;
using KpsCrm.Web.Features.Account.Sessions;
using KpsCrm.Web.Features.Mail;
using KpsCrm.Web.Site;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Server.Circuits;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

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
            cookie.SlidingExpiration = false;
            cookie.EventsType = typeof(SessionCookie);
            Protect(cookie, "kps-crm");
        }));
        services.AddOptions<CookieAuthenticationOptions>(IdentityConstants.ApplicationScheme).Configure<AccountOptions>((cookie, account) => cookie.ExpireTimeSpan = account.Longest);
        services.Configure<CookieAuthenticationOptions>(IdentityConstants.TwoFactorUserIdScheme, cookie => Protect(cookie, "kps-crm-step"));

        services.AddSingleton<StolenPasswords>();
        services.AddIdentityCore<User>(identity =>
        {
            identity.User.RequireUniqueEmail = true;
            identity.Password.RequiredLength = 12;
            identity.Password.RequireDigit = identity.Password.RequireLowercase = identity.Password.RequireUppercase = identity.Password.RequireNonAlphanumeric = false;
            // A lock that strangers can close would keep the owner out; brakes per place do that work.
            identity.Lockout.AllowedForNewUsers = false;
            identity.SignIn.RequireConfirmedAccount = true;
        })
            .AddEntityFrameworkStores<CrmDbContext>()
            .AddClaimsPrincipalFactory<UserClaims>()
            .AddPasswordValidator<UncommonPassword>()
            .AddUserConfirmation<DemoOnlyInDevelopment>()
            .AddSignInManager()
            .AddDefaultTokenProviders();

        services.AddAntiforgery(antiforgery =>
        {
            antiforgery.Cookie.Name = FormCookie.Name;
            antiforgery.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
            antiforgery.SuppressXFrameOptionsHeader = true;
        });
        services.AddAuthorizationBuilder()
            .SetFallbackPolicy(new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build());
        services.AddCascadingAuthenticationState();
        services.AddHttpContextAccessor();
        services.AddScoped<CircuitOrigin>();
        services.AddScoped<CircuitHandler, CircuitOrigin.Watch>();
        services.AddScoped<CurrentActor>();
        services.AddOptions<AccountOptions>().BindConfiguration(AccountOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton(sp => sp.GetRequiredService<IOptions<AccountOptions>>().Value);
        services.AddScoped<PasswordSignIn>();
        services.AddSingleton<KnownDevice>();
        services.AddScoped<CreateFirstAdmin>();
        services.AddSingleton<SecurityTrail>();
        services.AddSingleton<FirstRun>();
        services.AddHostedService(sp => sp.GetRequiredService<FirstRun>());
        services.AddRateLimiter(limits => limits.AddPolicy<string, SignInLimit>(SignInLimit.Policy));
        services.AddScoped<OwnSignIn>();
        services.AddScoped<CodeSignIn>();
        services.AddScoped<PasskeySignIn>();
        services.AddScoped<OwnPasskeys>();
        services.AddSingleton<SecondFactors>();
        services.AddScoped<AskForReset>();
        services.AddOptions<DataProtectionTokenProviderOptions>().Configure<AccountOptions>((token, account) => token.TokenLifespan = TimeSpan.FromMinutes(account.ResetMinutes));
        services.AddOptions<IdentityPasskeyOptions>().Configure<IServiceProvider>((passkey, provider) =>
        {
            passkey.UserVerificationRequirement = passkey.ResidentKeyRequirement = "required";
            // What a request says about its host counts only where nothing is configured, on the developer's own machine.
            if (provider.GetService<MailOptions>() is { } mail && new Uri(mail.BaseUrl) is { IsLoopback: false } url)
                passkey.ServerDomain = url.Host;
        });
        return services.AddSessions().AddKeysBesideTheData();
    }

    /// <summary>Sign-out is a POST, so that no link or image can do it.</summary>
    public static IEndpointRouteBuilder MapAccount(this IEndpointRouteBuilder app)
    {
        app.MapPost("/sign-out", async (HttpContext http, IAntiforgery antiforgery, SignInManager<User> signIn, SecurityTrail trail) =>
        {
            // The middleware only looks; nothing but form binding would refuse.
            if (!await antiforgery.IsOwnFormAsync(http))
                return Results.BadRequest();
            await trail.LogoutAsync(http);
            await signIn.SignOutAsync();
            return Results.LocalRedirect("/sign-in");
        });
        // Being asked at all is what keeps the session awake.
        app.MapGet("/account/here", () => Results.NoContent());
        return app.MapPasskeys();
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

    private static IServiceCollection AddSessions(this IServiceCollection services)
    {
        services.AddScoped<AuthenticationStateProvider, SessionUser>();
        services.AddScoped<CircuitHandler, SessionGate>();
        services.AddScoped<SessionCookie>();
        services.AddSingleton<LiveSessions>();
        services.AddSingleton<EndSessions>();
        services.AddSingleton<OwnSessions>();
        services.AddHostedService<SessionKeeper>();
        return services;
    }

    /// <summary>Out of reach for scripts and for other sites.</summary>
    private static void Protect(CookieAuthenticationOptions cookie, string name)
    {
        cookie.Cookie.Name = name;
        cookie.Cookie.HttpOnly = true;
        cookie.Cookie.SameSite = SameSiteMode.Lax;
        cookie.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
        cookie.CookieManager = new HostPrefixedCookies();
    }
}
