using KpsCrm.Data.Deals;
using KpsCrm.Data.Leads;

namespace KpsCrm.Web.Features.Pipeline;

/// <summary>The columns of both boards, from left to right.</summary>
public static class Stages
{
    public static IReadOnlyList<Stage> OfDeals { get; } = [.. Enum.GetValues<DealStage>().Select(Of)];

    public static IReadOnlyList<Stage> OfLeads { get; } = [.. Enum.GetValues<LeadStatus>().Select(Of)];

    public static Stage Of(DealStage stage)
    {
        var (name, color, end) = stage switch
        {
            DealStage.Proposal => ("Proposal", "--proposal", StageEnd.Open),
            DealStage.Negotiation => ("Negotiation", "--negotiation", StageEnd.Open),
            DealStage.Review => ("Review", "--review", StageEnd.Open),
            DealStage.ClosedWon => ("Won", "--won", StageEnd.Won),
            _ => ("Lost", "--lost", StageEnd.Lost),
        };
        return new(Data.Columns.Word(stage), name, color, end, Deal.DefaultProbability(stage));
    }

    public static Stage Of(LeadStatus status) => new(Data.Columns.Word(status), status.ToString(), status switch
    {
        LeadStatus.New => "--line",
        LeadStatus.Contacted => "--navy",
        LeadStatus.Qualified => "--focus",
        LeadStatus.Proposal => "--proposal",
        LeadStatus.Negotiation => "--negotiation",
        LeadStatus.Won => "--won",
        _ => "--lost",
    }, status switch { LeadStatus.Won => StageEnd.Won, LeadStatus.Lost => StageEnd.Lost, _ => StageEnd.Open }, null);
}
