using KpsCrm.Data.Security;

namespace KpsCrm.Data.Maintenance.Checks;

/// <summary>One part of the <see cref="DatabaseCheck"/>: looks at one promise that the data makes.</summary>
public interface IDataCheck
{
    /// <summary>What it looks at, in a person's words.</summary>
    string Name { get; }

    /// <summary>Tells <paramref name="run"/> what it finds. Nobody waits for it: it only reads.</summary>
    Task RunAsync(CheckRun run, CancellationToken cancellationToken);

    /// <summary>Sets right what is safe, in small writes, each of which leaves its line in the audit trail.</summary>
    /// <returns>What was done, a sentence each.</returns>
    Task<IReadOnlyList<string>> RepairAsync(Actor who, CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<string>>([]);
}
