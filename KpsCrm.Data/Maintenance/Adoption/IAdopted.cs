namespace KpsCrm.Data.Maintenance;

/// <summary>How the rows of one table arrive.</summary>
internal interface IAdopted : IDisposable
{
    void Add(LegacyRow row);
}
