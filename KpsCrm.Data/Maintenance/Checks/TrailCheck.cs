using KpsCrm.Data.Security;

namespace KpsCrm.Data.Maintenance.Checks;

/// <summary>The audit trail is unbroken. What is broken stays so: it is the proof.</summary>
internal sealed class TrailCheck(AuditCheck audit) : IDataCheck
{
    public string Name => "Audit trail";

    public async Task RunAsync(CheckRun run, CancellationToken cancellationToken)
    {
        run.Trail = await audit.RunAsync(cancellationToken);
        foreach (var finding in run.Trail.Findings)
            run.Tell(Gravity.Damage, finding, "security_logs");
    }
}
