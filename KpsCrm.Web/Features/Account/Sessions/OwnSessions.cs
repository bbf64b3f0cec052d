using KpsCrm.Data;
using KpsCrm.Data.Security;
using KpsCrm.Data.Users;
using Microsoft.EntityFrameworkCore;

namespace KpsCrm.Web.Features.Account.Sessions;

public sealed record SessionRow(int Id, string Device, string? IpAddress, SignInMethod Method, DateTime CreatedAt, DateTime LastSeenAt);

/// <summary>Where a person is signed in, newest first.</summary>
public sealed class OwnSessions(CrmStore store, AccountOptions options)
{
    /// <param name="userId">Someone else's: for admins.</param>
    public async Task<IReadOnlyList<SessionRow>> ReadAsync(Actor who, int? userId = null)
    {
        var rows = await store.ReadAsync(who, view =>
        {
            var (of, idle, longest) = (userId ?? who.UserId, view.Now - options.Idle, view.Now - options.Longest);
            return view.Sessions.Where(s => s.UserId == of && s.EndedAt == null && s.Stamp == s.User!.SecurityStamp && s.User.DeactivatedAt == null && s.LastSeenAt > idle && s.CreatedAt > longest)
                .OrderByDescending(s => s.LastSeenAt).ThenByDescending(s => s.Id).Take(100)
                .Select(s => new { s.Id, s.UserAgent, s.IpAddress, s.Method, s.CreatedAt, s.LastSeenAt }).ToListAsync();
        });
        return [.. rows.Select(s => new SessionRow(s.Id, Device.Of(s.UserAgent), s.IpAddress, s.Method, s.CreatedAt, s.LastSeenAt))];
    }
}
