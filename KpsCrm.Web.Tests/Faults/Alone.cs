namespace KpsCrm.Web.Tests.Faults;

/// <summary>What takes the whole machine runs when nothing else does: beside it a page of another test needs half a minute.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Alone
{
    public const string Name = "alone";
}
