using KpsCrm.Data.Users;
using Microsoft.AspNetCore.Identity;

namespace KpsCrm.Web.Features.Account;

/// <summary>Everyone knows the demo password: a database that was tried out in Development and then put to work must not let it in. Nor those who have left, or have not yet come.</summary>
internal sealed class DemoOnlyInDevelopment(IHostEnvironment environment) : IUserConfirmation<User>
{
    public Task<bool> IsConfirmedAsync(UserManager<User> manager, User user) => Task.FromResult(user.IsActive && (!user.IsSample || environment.IsDevelopment()));
}
