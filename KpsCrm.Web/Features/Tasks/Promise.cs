using KpsCrm.Data.Leads;

namespace KpsCrm.Web.Features.Tasks;

/// <summary>What the firm promises whoever asks: an answer within two hours.</summary>
public static class Promise
{
    public static readonly TimeSpan AnswerWithin = TimeSpan.FromHours(2);

    /// <summary>New leads to whom nobody has turned yet.</summary>
    public static IQueryable<Lead> Unanswered(this IQueryable<Lead> leads) => leads.Where(l => l.Status == LeadStatus.New && l.AnsweredAt == null);

    /// <summary>Those for whom the promise is broken by now.</summary>
    public static IQueryable<Lead> WaitingTooLong(this IQueryable<Lead> leads, DateTime now)
    {
        var since = now - AnswerWithin;
        return leads.Unanswered().Where(l => l.CreatedAt <= since);
    }
}
