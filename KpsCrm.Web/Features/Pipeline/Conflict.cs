using KpsCrm.Data.Activities;
using KpsCrm.Data.Security;
using Microsoft.EntityFrameworkCore;

namespace KpsCrm.Web.Features.Pipeline;

/// <summary>Two people, one card.</summary>
internal static class Conflict
{
    /// <summary>When another save came in between, looks once more: the second look finds the other's version and can say whose it is.</summary>
    public static async Task<T> RetryAsync<T>(Func<Task<T>> write)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await write();
            }
            catch (DbUpdateConcurrencyException) when (attempt < 3)
            {
            }
        }
    }

    /// <param name="move">The move that came first; null when the card was changed without leaving its stage.</param>
    public static string Sentence(string noun, Activity? move, Actor who, string stage) =>
        move is null ? $"Someone changed this {noun} in the meantime. Have another look, then move it again."
        : move.ActorId == who.UserId ? $"You moved this {noun} to {stage} in the meantime, in another window."
        : $"{move.ActorName} moved this {noun} to {stage} in the meantime.";
}
