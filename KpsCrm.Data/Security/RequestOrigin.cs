namespace KpsCrm.Data.Security;

/// <summary>Where a request or an open page comes from.</summary>
/// <param name="Address">The sender's, the real one behind a trusted proxy; IPv4 as such.</param>
/// <param name="Agent">What the browser says of itself.</param>
public sealed record RequestOrigin(string? Address, string? Agent);
