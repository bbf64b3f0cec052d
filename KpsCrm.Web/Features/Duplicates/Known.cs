using KpsCrm.Web.Features.Intake;
using KpsCrm.Web.Features.Records;

namespace KpsCrm.Web.Features.Duplicates;

/// <summary>By what a lead or client was recognised, the surest first.</summary>
public enum KnownBy
{
    Email,
    Phone,
    Name,
    Company,
}

/// <summary>A lead or client who could be the one that is being typed.</summary>
/// <param name="Status">As people read it.</param>
/// <param name="IsSame">Recognised by the very same; else by something much alike.</param>
public sealed record Known(RecordRef Record, string Name, string? Company, string Email, string? Phone, string Status, string? Owner, KnownBy By, bool IsSame)
{
    /// <summary>"Ana Núñez · Núñez Tile"</summary>
    public string Title => Company is null || Company == Name ? Name : $"{Name} · {Company}";

    /// <summary>"Client, active, owner Ben Brooks"</summary>
    public string Facts => $"{(Record.Kind == RecordKind.Client ? "Client" : "Lead")}, {Status.ToLowerInvariant()}, {(Owner is null ? "no owner" : $"owner {Owner}")}";

    /// <summary>"Same e-mail address"</summary>
    public string Why => By switch
    {
        KnownBy.Email => "Same e-mail address",
        KnownBy.Phone => "Same phone number",
        KnownBy.Name when IsSame => "Same name",
        KnownBy.Name => Company is null ? "A name much alike" : "Name and company are much alike",
        _ => IsSame ? "Same company" : "A company much alike",
    };
}

/// <summary>What is known of someone, in the form in which it is stored.</summary>
public sealed record Sought(string? Name, string? Company, string? Email, string? Phone)
{
    /// <summary>From what was typed; what isn't whole yet seeks nothing.</summary>
    public static Sought Of(string? name, string? company, string? email, string? phone) => new(
        Normalising.Line(name) is { Length: >= 3 } n ? n : null,
        Normalising.Line(company) is { Length: >= 3 } c ? c : null,
        Normalising.Email(email) is { } e && KpsCrm.Web.Shared.FieldRules.IsEmail(e) ? e : null,
        Normalising.Phone(phone) is ['+', ..] p ? p : null);

    public bool IsEmpty => this == new Sought(null, null, null, null);

    /// <summary>By what this could be the one, if at all.</summary>
    public KnownBy? Recognises(string name, string? company, string email, string? phone)
    {
        if (Email is not null && email.Equals(Email, StringComparison.OrdinalIgnoreCase))
            return KnownBy.Email;
        if (Phone is not null && Normalising.Phone(phone) is { } other && SameNumber(Phone, other))
            return KnownBy.Phone;

        // A client may be kept under the firm's name alone.
        var companies = Closeness.OfCompanies(Company, company ?? name);
        var names = Closeness.OfNames(Name, name);
        if (names >= (Company is null || company is null ? Closeness.NearlyEqual : Closeness.Close) && (Company is null || company is null || companies >= Closeness.Close))
            return KnownBy.Name;
        return companies >= Closeness.NearlyEqual ? KnownBy.Company : null;
    }

    /// <summary>How close the name, or the company, is to what recognised it: from 0 to 1; 1 for an address or number.</summary>
    public double ClosenessOf(KnownBy by, string name, string? company) => by switch
    {
        KnownBy.Name when company is not null && Company is not null => Math.Min(Closeness.OfNames(Name, name), Closeness.OfCompanies(Company, company)),
        KnownBy.Name => Closeness.OfNames(Name, name),
        KnownBy.Company => Closeness.OfCompanies(Company, company ?? name),
        _ => 1,
    };

    /// <summary>Two extensions of one number are two people; without one it may be either.</summary>
    private static bool SameNumber(string one, string other)
    {
        var (a, b) = (one.Split(" x"), other.Split(" x"));
        return a[0] == b[0] && (a.Length == 1 || b.Length == 1 || a[1] == b[1]);
    }
}
