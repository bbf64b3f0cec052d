namespace KpsCrm.Web.Features.Lists;

/// <summary>The filters that stand beside the search box of every list.</summary>
public sealed record QuickFilter(string Name, string Key, string Value);

public static class QuickFilters
{
    public static IReadOnlyList<QuickFilter> All { get; } =
        [new("Mine", "owner", OwnerField.Me), new("No next step", "next", NextStepField.None), new("Idle 14 days", "idle", "14")];
}
