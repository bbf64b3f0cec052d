using KpsCrm.Web.Features.Account;
using KpsCrm.Web.Features.Audit;

namespace KpsCrm.Web.Features.Guard;

/// <summary>One number, or one yes or no, that an admin may choose while the program runs. Until somebody does, it is what the configuration says.</summary>
/// <param name="Key">Of its row in <c>settings</c>.</param>
/// <param name="Name">What the page calls it.</param>
/// <param name="Unit">After the number; empty for a bare count.</param>
/// <param name="Get">Reads the option.</param>
/// <param name="Set">Writes the option.</param>
/// <param name="Size">So many of the option's own units make one of the choice's.</param>
public sealed record GuardChoice(string Key, string Name, string Unit, int Least, int Most, Func<int> Get, Action<int> Set, int Size = 1)
{
    private readonly int _configured = Get();

    public int Configured => (_configured + Size - 1) / Size;

    public int InForce => (Get() + Size - 1) / Size;

    /// <param name="chosen">Null for what the configuration says, to its own unit.</param>
    public void Apply(int? chosen) => Set(chosen is { } value ? value * Size : _configured);

    public bool Allows(int value) => value >= Least && value <= Most;

    public string Rule => $"{Name}: choose a whole number from {Least:N0} to {Most:N0}.";
}

/// <summary>What guards the door and what rings the alarm, as far as it can be chosen in the page. The options that everybody reads are set to what is in force.</summary>
public sealed class GuardChoices
{
    public const string Prefix = "guard.";

    public GuardChoices(AccountOptions account, SuspicionOptions suspicion)
    {
        SecondFactor = new($"{Prefix}second_factor_for_admins", "Admins need a second factor", "", 0, 1, () => (int)account.SecondFactorForAdmins, to => account.SecondFactorForAdmins = (SecondFactorRule)to);
        Sessions =
        [
            new($"{Prefix}idle_hours", "Signed out after", "hours in which nobody did anything", 1, 8_760, () => account.IdleMinutes, to => account.IdleMinutes = to, Size: 60),
            new($"{Prefix}session_days", "And at the latest after", "days", 1, 365, () => account.SessionDays, to => account.SessionDays = to),
        ];
        Alarms =
        [
            ("Guessing at one account",
            [
                new($"{Prefix}failures_of_account", "Failed sign-ins", "", 1, 100_000, () => suspicion.FailuresOfAccount, to => suspicion.FailuresOfAccount = to),
                new($"{Prefix}failures_minutes", "Within", "minutes", 1, 1_440, () => suspicion.FailuresMinutes, to => suspicion.FailuresMinutes = to),
            ]),
            ("One address at many accounts",
            [
                new($"{Prefix}accounts_of_address", "Accounts, in the same minutes", "", 2, 100_000, () => suspicion.AccountsOfAddress, to => suspicion.AccountsOfAddress = to),
            ]),
            ("One person opens very many records",
            [
                new($"{Prefix}records_opened", "Records", "", 2, 1_000_000, () => suspicion.RecordsOpened, to => suspicion.RecordsOpened = to),
                new($"{Prefix}opened_minutes", "Within", "minutes", 1, 1_440, () => suspicion.OpenedMinutes, to => suspicion.OpenedMinutes = to),
            ]),
            ("One person exports very much",
            [
                new($"{Prefix}exports", "Exports and downloads", "", 1, 1_000_000, () => suspicion.Exports, to => suspicion.Exports = to),
                new($"{Prefix}exported_rows", "Or rows in them", "", 1, 1_000_000_000, () => suspicion.ExportedRows, to => suspicion.ExportedRows = to),
                new($"{Prefix}exports_minutes", "Within", "minutes", 1, 1_440, () => suspicion.ExportsMinutes, to => suspicion.ExportsMinutes = to),
            ]),
            ("The public form catches machines",
            [
                new($"{Prefix}traps_of_address", "Times at one address", "", 1, 100_000, () => suspicion.TrapsOfAddress, to => suspicion.TrapsOfAddress = to),
                new($"{Prefix}traps_minutes", "Within", "minutes", 1, 1_440, () => suspicion.TrapsMinutes, to => suspicion.TrapsMinutes = to),
            ]),
            ("An admin in a new place",
            [
                new($"{Prefix}admin_days", "A browser or network not seen for", "days", 1, 3_650, () => suspicion.AdminDays, to => suspicion.AdminDays = to),
            ]),
            ("The same again",
            [
                new($"{Prefix}again_minutes", "Told again only after", "minutes", 1, 10_080, () => suspicion.AgainMinutes, to => suspicion.AgainMinutes = to),
            ]),
        ];
        All = [SecondFactor, .. Sessions, .. Alarms.SelectMany(a => a.Choices)];
    }

    public GuardChoice SecondFactor { get; }

    public IReadOnlyList<GuardChoice> Sessions { get; }

    public IReadOnlyList<(string Name, IReadOnlyList<GuardChoice> Choices)> Alarms { get; }

    public IReadOnlyList<GuardChoice> All { get; }
}
