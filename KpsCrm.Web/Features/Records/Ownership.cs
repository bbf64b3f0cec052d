using KpsCrm.Data;
using KpsCrm.Data.Security;

namespace KpsCrm.Web.Features.Records;

/// <summary>Every change of a record's owner passes here, within the save that makes it: the place to tell the one who becomes owner.</summary>
internal static class Ownership
{
    /// <param name="before">A user's number as text; null for nobody.</param>
    /// <param name="after">A user's number as text; null for nobody.</param>
    public static void Changed(CrmDbContext db, RecordRef record, string? before, string? after, Actor by)
    {
    }
}
