using KpsCrm.Data.Changes;
using KpsCrm.Data.Security;
using KpsCrm.Web.Live;

namespace KpsCrm.Web.Features.Pipeline;

/// <summary>What a board shows and what a move on it does: deals or leads.</summary>
public interface IPipeline
{
    /// <summary>"deal"; also names the card's attribute and page.</summary>
    string Noun { get; }

    /// <summary>The board's own address.</summary>
    string Path { get; }

    IReadOnlyList<Stage> Stages { get; }

    Topics Of { get; }

    bool HasCloseDates { get; }

    IQuestion<BoardAnswer> Question(Filter filter, Depths depths, DateOnly today);

    /// <summary>Asks what the stage asks for, then saves.</summary>
    /// <returns>Null when the person cancelled.</returns>
    Task<MoveResult?> MoveAsync(Actor who, Card card, Stage to, Place place, int version);
}

public static class PipelineServices
{
    public static IServiceCollection AddPipeline(this IServiceCollection services) => services.AddScoped<DealPipeline>().AddScoped<LeadPipeline>().AddScoped<Leads.Conversion>();
}
