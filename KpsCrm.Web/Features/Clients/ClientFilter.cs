using KpsCrm.Data;
using KpsCrm.Data.Clients;
using KpsCrm.Web.Shared;

namespace KpsCrm.Web.Features.Clients;

/// <summary>Which clients a list shows, as it stands in the query string.</summary>
public sealed record ClientFilter
{
    public ClientStatus? Status { get; init; }
    public int? OwnerId { get; init; }

    /// <summary>Joined on these days of the company's calendar, both included.</summary>
    public DateOnly? From { get; init; }

    public DateOnly? To { get; init; }
    public string? Text { get; init; }

    public static ClientFilter Of(ListQuery query) => new()
    {
        Status = query.Word<ClientStatus>("status"),
        OwnerId = query.Number("owner"),
        From = query.Day("from"),
        To = query.Day("to"),
        Text = query.Text("q"),
    };

    public string Href => ListQuery.Uri("/clients", ("status", Status is { } s ? Columns.Word(s) : null), ("owner", OwnerId), ("from", From), ("to", To), ("q", Text));

    /// <summary>All but <see cref="Text"/>, which the database's text index finds.</summary>
    public IQueryable<Client> Apply(IQueryable<Client> clients, CompanyOptions company)
    {
        if (Status is { } status)
            clients = clients.Where(c => c.Status == status);
        if (OwnerId is { } owner)
            clients = clients.Where(c => c.OwnerId == owner);
        if (From is { } first && company.StartOf(first) is var from)
            clients = clients.Where(c => c.JoinedAt >= from);
        if (To is { } last && company.StartOf(last.AddDays(1)) is var until)
            clients = clients.Where(c => c.JoinedAt < until);
        return clients;
    }
}
