namespace KpsCrm.Data.Maintenance.Checks;

/// <summary>How bad a finding is.</summary>
public enum Gravity
{
    /// <summary>Nothing is wrong; somebody may like to know.</summary>
    Note,

    /// <summary>Left over; nobody is misled and nothing is lost.</summary>
    Untidy,

    /// <summary>Something reads other than it is.</summary>
    Wrong,

    /// <summary>Content is lost, or can't be trusted.</summary>
    Damage,
}

/// <summary>Something that is not as it should be.</summary>
/// <param name="Part">The <see cref="IDataCheck.Name"/> of the part that found it.</param>
/// <param name="Sentence">Fit to be shown.</param>
/// <param name="Table">Where it is; null for the file as a whole.</param>
/// <param name="Id">The row's key; null where it is about more than one row.</param>
/// <param name="Mends"><see cref="DatabaseCheck.RepairAsync"/> sets it right without inventing anything.</param>
public sealed record Finding(string Part, Gravity Gravity, string Sentence, string? Table, string? Id, bool Mends)
{
    public override string ToString() => Sentence;
}

/// <summary>What a check found.</summary>
/// <param name="At">UTC; when it ended.</param>
/// <param name="Findings">What is wrong, by part.</param>
/// <param name="Notes">What is not wrong, but worth knowing; <see cref="Gravity.Note"/>.</param>
/// <param name="Mended">What the repair before it did, a sentence each.</param>
/// <param name="Trail">How the audit trail stands; null when it couldn't be read.</param>
public sealed record CheckReport(DateTime At, TimeSpan Took, IReadOnlyList<Finding> Findings, IReadOnlyList<Finding> Notes, IReadOnlyList<string> Mended, Security.AuditProof? Trail)
{
    public bool IsWhole => Findings.Count == 0;

    /// <summary>Those that a repair sets right.</summary>
    public IEnumerable<Finding> Mendable => Findings.Concat(Notes).Where(f => f.Mends);
}

/// <summary>How far a check is.</summary>
/// <param name="Done">Parts that are done.</param>
/// <param name="Of">All parts.</param>
/// <param name="Part">What is looked at now.</param>
public sealed record CheckProgress(int Done, int Of, string Part);
