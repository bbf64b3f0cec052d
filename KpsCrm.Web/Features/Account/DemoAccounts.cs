using KpsCrm.Data.Users;
using Microsoft.AspNetCore.Identity;

namespace KpsCrm.Web.Features.Account;

/// <summary>The four people of the sample firm. They exist in Development only.</summary>
public static class DemoAccounts
{
    public const string Password = "KpsDemo!2026";

    public static IReadOnlyList<(string Email, string Name, Role Role)> All { get; } =
    [
        ("admin@kps.example", "Alex Admin", Role.Admin),
        ("manager@kps.example", "Maria Manager", Role.Manager),
        ("anna@kps.example", "Anna Alvarez", Role.Sales),
        ("ben@kps.example", "Ben Brooks", Role.Sales),
    ];

    /// <summary>Creates those that are missing.</summary>
    public static async Task CreateAsync(IServiceProvider services)
    {
        await using var scope = services.CreateAsyncScope();
        var users = scope.ServiceProvider.GetRequiredService<UserManager<User>>();
        var clock = scope.ServiceProvider.GetRequiredService<TimeProvider>();
        string? hash = null;
        foreach (var (email, name, role) in All)
        {
            if (await users.FindByNameAsync(email) is not null)
                continue;

            var user = new User { UserName = email, Email = email, EmailConfirmed = true, Name = name, Role = role, IsSample = true, CreatedAt = clock.GetUtcNow().UtcDateTime };
            // One hash for all four: it is slow on purpose, and the password is printed on the sign-in page.
            user.PasswordHash = hash ??= users.PasswordHasher.HashPassword(user, Password);
            var created = await users.CreateAsync(user);
            if (!created.Succeeded)
                throw new InvalidOperationException($"The demo account {email} could not be created: {string.Join(" ", created.Errors.Select(e => e.Description))}");
        }
    }
}
