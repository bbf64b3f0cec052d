using System.Globalization;
using KpsCrm.Data;
using KpsCrm.Data.Security;
using KpsCrm.Web.Features.Bell;

namespace KpsCrm.Web.Features.Records;

/// <summary>Every change of a record's owner passes here, within the save that makes it: the place to tell the one who becomes owner.</summary>
internal static class Ownership
{
    /// <param name="before">A user's number as text; null for nobody.</param>
    /// <param name="after">A user's number as text; null for nobody.</param>
    public static Task ChangedAsync(CrmDbContext db, IEditable record, string? before, string? after, Actor by) =>
        after is null || after == before ? Task.CompletedTask : Assignment.TellAsync(db, record, int.Parse(after, CultureInfo.InvariantCulture), by);
}
