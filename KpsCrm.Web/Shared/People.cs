using KpsCrm.Data.Changes;
using KpsCrm.Data.Security;
using KpsCrm.Web.Live;
using Microsoft.EntityFrameworkCore;

namespace KpsCrm.Web.Shared;

public sealed record Person(int Id, string Name);

/// <summary>Who can own something.</summary>
public sealed record PeopleQuestion : IQuestion<IReadOnlyList<Person>>
{
    public Topics Of => Topics.Users;

    public async Task<IReadOnlyList<Person>> AskAsync(CrmView view, CancellationToken cancellationToken) =>
        await view.People.OrderBy(u => u.Name).Select(u => new Person(u.Id, u.Name)).ToListAsync(cancellationToken);
}
