using System.Security.Cryptography;
using System.Text;
using KpsCrm.Data;
using KpsCrm.Data.Security;
using KpsCrm.Data.Users;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;

namespace KpsCrm.Web.Features.Account.SecondStep;

/// <param name="Key">Only while it isn't confirmed.</param>
public sealed record FactorState(bool IsOn, DateTime? Since, int CodesLeft, byte[]? Key);

/// <summary>A person's authenticator app and recovery codes: each sets up and takes away their own.</summary>
public sealed class SecondFactors(CrmStore store, IDataProtectionProvider protection)
{
    private const int Codes = 10;
    private readonly IDataProtector _protector = protection.CreateProtector("KpsCrm.SecondFactor");

    public Task<FactorState> ReadAsync(Actor who) => store.ReadAsync(who, async view =>
    {
        var factor = await view.SecondFactors.SingleOrDefaultAsync(f => f.UserId == who.UserId);
        var left = await view.RecoveryCodes.CountAsync(c => c.UserId == who.UserId && c.UsedAt == null);
        return new FactorState(factor?.ConfirmedAt is not null, factor?.ConfirmedAt, left, factor is { ConfirmedAt: null } ? _protector.Unprotect(Convert.FromBase64String(factor.ProtectedKey)) : null);
    });

    /// <summary>A key for the app, the same until it is confirmed.</summary>
    public async Task<byte[]> BeginAsync(Actor who)
    {
        if ((await ReadAsync(who)).Key is { } key)
            return key;
        key = Totp.NewKey();
        await store.WriteAsync(who, async db =>
        {
            if (await db.SecondFactors.AnyAsync(f => f.UserId == who.UserId))
                throw new RuleException("Your authenticator app is set up already.");
            db.SecondFactors.Add(new SecondFactor { UserId = who.UserId!.Value, ProtectedKey = Convert.ToBase64String(_protector.Protect(key)) });
        });
        return key;
    }

    /// <summary>From now on signing in asks for a code. Ends the person's other sessions.</summary>
    /// <returns>The recovery codes, which nobody will see again.</returns>
    /// <exception cref="RuleException">The code is not the app's.</exception>
    public Task<IReadOnlyList<string>> ConfirmAsync(Actor who, string code) => store.WriteAsync(who, async db =>
    {
        var factor = await db.SecondFactors.Include(f => f.User).SingleOrDefaultAsync(f => f.UserId == who.UserId && f.ConfirmedAt == null) ?? throw new RuleException("Your authenticator app is set up already.");
        if (Totp.Find(KeyOf(factor), Plain(code), Totp.StepAt(db.Now), factor.LastStep) is not { } step)
            throw new RuleException("This is not the code that your app shows now. Look again; if it stays wrong, check the clock of your phone.");
        (factor.ConfirmedAt, factor.LastStep, factor.User!.TwoFactorEnabled) = (db.Now, step, true);
        db.Audit(SecurityEvents.SecondFactorOn);
        return await NewCodesAsync(db, who.UserId!.Value);
    });

    /// <inheritdoc cref="ConfirmAsync"/>
    public Task<IReadOnlyList<string>> RenewCodesAsync(Actor who) => store.WriteAsync(who, async db =>
    {
        if (!await db.SecondFactors.AnyAsync(f => f.UserId == who.UserId && f.ConfirmedAt != null))
            throw new RuleException("Set up an authenticator app first.");
        db.Audit(SecurityEvents.RecoveryCodesMade);
        return await NewCodesAsync(db, who.UserId!.Value);
    });

    /// <summary>Signing in asks for the password alone again. Ends the person's other sessions.</summary>
    public Task TurnOffAsync(Actor who) => TurnOffAsync(who, who.UserId!.Value);

    /// <summary>For someone who lost their phone and their recovery codes: an admin. Ends all their sessions.</summary>
    public Task TurnOffForAsync(Actor who, int userId)
    {
        Gate.Demand(who, Role.Admin);
        return TurnOffAsync(who, userId);
    }

    private Task TurnOffAsync(Actor who, int userId) => store.WriteAsync(who, async db =>
    {
        if (await db.SecondFactors.Include(f => f.User).SingleOrDefaultAsync(f => f.UserId == userId) is not { } factor)
            return;
        factor.User!.TwoFactorEnabled = false;
        db.SecondFactors.Remove(factor);
        db.RecoveryCodes.RemoveRange(await db.RecoveryCodes.Where(c => c.UserId == userId).ToListAsync());
        db.Audit(SecurityEvents.SecondFactorOff, $"users/{userId}", severity: SecuritySeverity.Warning);
    });

    /// <summary>Takes a code of the app, or a recovery code; each once, also when it comes twice at the same moment.</summary>
    /// <returns>Null when it is neither; else how many recovery codes are left.</returns>
    public async Task<int?> TakeAsync(Actor who, string code)
    {
        var userId = who.UserId!.Value;
        try
        {
            return await store.WriteAsync(who, async db =>
            {
                var (plain, hash) = (Plain(code), HashOf(userId, Plain(code)));
                var codes = await db.RecoveryCodes.Where(c => c.UserId == userId && c.UsedAt == null).ToListAsync();
                if (plain.Length == 6)
                {
                    if (await db.SecondFactors.SingleOrDefaultAsync(f => f.UserId == userId && f.ConfirmedAt != null) is not { } factor || Totp.Find(KeyOf(factor), plain, Totp.StepAt(db.Now), factor.LastStep) is not { } step)
                        return (int?)null;
                    factor.LastStep = step;
                    return codes.Count;
                }
                if (codes.SingleOrDefault(c => c.Hash == hash) is not { } recovery)
                    return null;
                recovery.UsedAt = db.Now;
                db.Audit(SecurityEvents.RecoveryCodeUsed, details: new { left = codes.Count - 1 }, severity: SecuritySeverity.Warning);
                return codes.Count - 1;
            });
        }
        catch (DbUpdateConcurrencyException)
        {
            // Somebody else was quicker with the same code.
            return null;
        }
    }

    private static async Task<IReadOnlyList<string>> NewCodesAsync(CrmDbContext db, int userId)
    {
        db.RecoveryCodes.RemoveRange(await db.RecoveryCodes.Where(c => c.UserId == userId).ToListAsync());
        // Without letters and digits that look alike. 24 of 32 signs are 120 bits: a plain hash keeps them (ASVS 6.5.2).
        var codes = Enumerable.Range(0, Codes).Select(_ => RandomNumberGenerator.GetString("ABCDEFGHJKLMNPQRSTUVWXYZ23456789", 24)).ToList();
        db.RecoveryCodes.AddRange(codes.Select(c => new RecoveryCode { UserId = userId, Hash = HashOf(userId, c) }));
        return [.. codes.Select(c => string.Join('-', c.Chunk(4).Select(part => new string(part))))];
    }

    private byte[] KeyOf(SecondFactor factor) => _protector.Unprotect(Convert.FromBase64String(factor.ProtectedKey));

    private static string Plain(string code) => string.Concat(code.Where(char.IsAsciiLetterOrDigit)).ToUpperInvariant();

    private static string HashOf(int userId, string code) => Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes($"{userId}:{code}")));
}
