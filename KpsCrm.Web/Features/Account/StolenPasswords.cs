namespace KpsCrm.Web.Features.Account;

/// <summary>The firm's own list of what nobody may choose (<c>Account__PasswordList</c>), read when it is first needed. A million lines take about 100 MB.</summary>
internal sealed class StolenPasswords(AccountOptions options)
{
    private readonly Lazy<HashSet<string>> _list = new(() => string.IsNullOrWhiteSpace(options.PasswordList) ? []
        : File.ReadLines(options.PasswordList).Select(line => line.Trim()).Where(line => line.Length > 0).ToHashSet(StringComparer.OrdinalIgnoreCase));

    public bool Contains(string password) => _list.Value.Contains(password.Trim());
}
