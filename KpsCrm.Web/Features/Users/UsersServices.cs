using Microsoft.AspNetCore.Identity;

namespace KpsCrm.Web.Features.Users;

public static class UsersServices
{
    public static IServiceCollection AddUsers(this IServiceCollection services)
    {
        services.AddTransient<InvitationTokens>();
        services.Configure<IdentityOptions>(identity => identity.Tokens.ProviderMap[InvitationTokens.Provider] = new TokenProviderDescriptor(typeof(InvitationTokens)));
        services.AddSingleton<InvitationLink>();
        services.AddSingleton<Invitations>();
        services.AddSingleton<Accounts>();
        services.AddScoped<AcceptInvitation>();
        return services;
    }
}
