using KpsCrm.Data.Users;
using Microsoft.AspNetCore.Identity;

namespace KpsCrm.Web.Features.Account;

/// <summary>Length is what protects a password; this keeps out the long ones that are tried first.</summary>
internal sealed class UncommonPassword(CompanyOptions company, StolenPasswords stolen) : IPasswordValidator<User>
{
    private const string Another = "Choose another, for example four words that have nothing to do with each other.";

    public Task<IdentityResult> ValidateAsync(UserManager<User> manager, User user, string? password)
    {
        var problem = Problem(user, password ?? "");
        return Task.FromResult(problem is null ? IdentityResult.Success : IdentityResult.Failed(new IdentityError { Code = "CommonPassword", Description = problem }));
    }

    private string? Problem(User user, string password)
    {
        if (password.Distinct().Count() < 5 || CommonPasswords.Repeats(password))
            return $"This password repeats the same few characters. {Another}";
        if (CommonPasswords.RunsOverTheKeys(password))
            return $"This password runs along the keyboard, the alphabet or the numbers. {Another}";
        if (CommonPasswords.IsOne(password) || stolen.Contains(password))
            return $"This password is one of the first that attackers try. {Another}";
        return CommonPasswords.IsOne(password, [user.Name, user.Email, company.Name]) ? $"This password is made of your name, your e-mail address or the firm's name. {Another}" : null;
    }
}
