using System.Data.Common;

namespace KpsCrm.Web.Shared;

public static class DatabaseAway
{
    /// <summary>The database is locked, restarting or out of reach: nothing is wrong with what was asked, and it may be asked again.</summary>
    public static bool Is(Exception? e) => e is DbException or TimeoutException || (e is not null && Is(e.InnerException));
}
