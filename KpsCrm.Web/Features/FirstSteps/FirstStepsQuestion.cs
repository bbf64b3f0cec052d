using KpsCrm.Data.Changes;
using KpsCrm.Data.Deals;
using KpsCrm.Data.Security;
using KpsCrm.Web.Live;
using Microsoft.EntityFrameworkCore;

namespace KpsCrm.Web.Features.FirstSteps;

/// <summary>How far a firm has come. Nothing of it is stored: each tick is read off the data.</summary>
/// <param name="OwnLeads">Leads that are no samples; counted up to <see cref="SettledAt"/>.</param>
/// <param name="Skipped">Somebody had enough of the list; for everyone.</param>
public sealed record FirstStepsState(int OwnLeads, bool HasWon, bool HasDeals, bool HasColleague, bool Skipped)
{
    /// <summary>With so many leads of its own a firm has settled, and needs no list.</summary>
    public const int SettledAt = 25;

    public bool HasLead => OwnLeads > 0;

    public bool IsSettled => OwnLeads >= SettledAt;
}

/// <param name="UserId">Who asks: a colleague is somebody else.</param>
public sealed record FirstStepsQuestion(int? UserId) : IQuestion<FirstStepsState>
{
    public Topics Of => Topics.Leads | Topics.Deals | Topics.Users | Topics.Settings;

    public async Task<FirstStepsState> AskAsync(CrmView view, CancellationToken cancellationToken) => new(
        await view.Leads.Where(l => !l.IsSample).Take(FirstStepsState.SettledAt).CountAsync(cancellationToken),
        // A sample deal is as good to try with; it has been saved again since it came.
        await view.Deals.AnyAsync(d => d.Stage == DealStage.ClosedWon && (!d.IsSample || d.Version > 1), cancellationToken),
        await view.Deals.AnyAsync(cancellationToken),
        await view.People.AnyAsync(u => !u.IsSample && u.DeactivatedAt == null && u.Id != UserId, cancellationToken),
        await view.Settings.AnyAsync(s => s.Key == SkipFirstSteps.Key, cancellationToken));
}
