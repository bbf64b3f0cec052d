namespace KpsCrm.Web.Shared;

/// <summary>One line of a record; an address where there is somewhere to go.</summary>
public sealed record Fact(string Name, string? Text, string? Href = null);
