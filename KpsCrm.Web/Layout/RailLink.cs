using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Routing;

namespace KpsCrm.Web.Layout;

/// <summary>A link of the rail: active on its page and below it, save where a link of its own leads.</summary>
public sealed class RailLink : NavLink
{
    [Parameter]
    public string? Except { get; set; }

    protected override bool ShouldMatch(string uriAbsolute) =>
        base.ShouldMatch(uriAbsolute) && (Except is null || !new Uri(uriAbsolute).AbsolutePath.StartsWith(Except, StringComparison.OrdinalIgnoreCase));
}
