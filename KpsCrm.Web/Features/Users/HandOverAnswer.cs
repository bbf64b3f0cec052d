namespace KpsCrm.Web.Features.Users;

/// <param name="To">Null: it stays where it is.</param>
internal sealed record HandOverAnswer(int? To);
