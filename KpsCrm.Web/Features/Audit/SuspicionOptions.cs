using System.ComponentModel.DataAnnotations;

namespace KpsCrm.Web.Features.Audit;

/// <summary>From where on the audit trail looks like an attack; settings section <c>Suspicion</c>. At the number itself the alarm goes off.</summary>
public sealed class SuspicionOptions
{
    public const string Section = "Suspicion";

    /// <summary>Failed sign-ins of one account.</summary>
    [Range(1, 100_000, ErrorMessage = "Suspicion__FailuresOfAccount must be a number from 1 to 100,000.")]
    public int FailuresOfAccount { get; set; } = 10;

    /// <summary>Accounts that failed from one address.</summary>
    [Range(2, 100_000, ErrorMessage = "Suspicion__AccountsOfAddress must be a number from 2 to 100,000.")]
    public int AccountsOfAddress { get; set; } = 5;

    [Range(1, 1_440, ErrorMessage = "Suspicion__FailuresMinutes must be a number of minutes from 1 to 1,440.")]
    public int FailuresMinutes { get; set; } = 15;

    /// <summary>Different records that one person opens.</summary>
    [Range(2, 1_000_000, ErrorMessage = "Suspicion__RecordsOpened must be a number from 2 to 1,000,000.")]
    public int RecordsOpened { get; set; } = 150;

    [Range(1, 1_440, ErrorMessage = "Suspicion__OpenedMinutes must be a number of minutes from 1 to 1,440.")]
    public int OpenedMinutes { get; set; } = 10;

    /// <summary>Exports and downloads of one person.</summary>
    [Range(1, 1_000_000, ErrorMessage = "Suspicion__Exports must be a number from 1 to 1,000,000.")]
    public int Exports { get; set; } = 10;

    /// <summary>Rows in one person's exports.</summary>
    [Range(1, 1_000_000_000, ErrorMessage = "Suspicion__ExportedRows must be a number from 1 to 1,000,000,000.")]
    public int ExportedRows { get; set; } = 10_000;

    [Range(1, 1_440, ErrorMessage = "Suspicion__ExportsMinutes must be a number of minutes from 1 to 1,440.")]
    public int ExportsMinutes { get; set; } = 60;

    /// <summary>Times the public form caught a machine at one address.</summary>
    [Range(1, 100_000, ErrorMessage = "Suspicion__TrapsOfAddress must be a number from 1 to 100,000.")]
    public int TrapsOfAddress { get; set; } = 5;

    [Range(1, 1_440, ErrorMessage = "Suspicion__TrapsMinutes must be a number of minutes from 1 to 1,440.")]
    public int TrapsMinutes { get; set; } = 60;

    /// <summary>An admin's browser or network is new when it was not seen for so long.</summary>
    [Range(1, 3_650, ErrorMessage = "Suspicion__AdminDays must be a number of days from 1 to 3,650.")]
    public int AdminDays { get; set; } = 90;

    /// <summary>The same incident is told again only after so long.</summary>
    [Range(1, 10_080, ErrorMessage = "Suspicion__AgainMinutes must be a number of minutes from 1 to 10,080.")]
    public int AgainMinutes { get; set; } = 60;

    internal TimeSpan Longest => TimeSpan.FromMinutes(new[] { FailuresMinutes, OpenedMinutes, ExportsMinutes, TrapsMinutes }.Max());
}
