using System.Globalization;
using KpsCrm.Data.Changes;
using KpsCrm.Data.Security;
using KpsCrm.Web.Live;
using Microsoft.EntityFrameworkCore;

namespace KpsCrm.Web.Shared;

/// <param name="IsHere">May be given something; false of those who have left or have not yet come.</param>
public sealed record Person(int Id, string Name, bool IsHere = true);

public static class Colleagues
{
    /// <summary>Those who may be given something, and <paramref name="present"/>, who has it now.</summary>
    public static IEnumerable<Person> ToChooseFrom(this IEnumerable<Person> people, string? present = null) => people.Where(p => p.IsHere || p.Id.ToString(CultureInfo.InvariantCulture) == present);
}

/// <summary>Everyone who owns something or could.</summary>
public sealed record PeopleQuestion : IQuestion<IReadOnlyList<Person>>
{
    public Topics Of => Topics.Users;

    public async Task<IReadOnlyList<Person>> AskAsync(CrmView view, CancellationToken cancellationToken) =>
        await view.People.OrderBy(u => u.Name).Select(u => new Person(u.Id, u.Name, u.DeactivatedAt == null && u.InvitedAt == null)).ToListAsync(cancellationToken);
}
