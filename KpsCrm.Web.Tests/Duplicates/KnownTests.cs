using KpsCrm.Data;
using KpsCrm.Data.Clients;
using KpsCrm.Data.Security;
using KpsCrm.Web.Features.Duplicates;
using KpsCrm.Web.Features.Records;
using KpsCrm.Web.Live;
using KpsCrm.Web.Tests.Support;

namespace KpsCrm.Web.Tests.Duplicates;

public class KnownTests
{
    [Theory]
    [InlineData(null, null, "ANA@example.COM", null, KnownBy.Email)]
    [InlineData(null, null, "ana@example", null, null)]
    [InlineData(null, null, null, "(214) 555-0142", KnownBy.Phone)]
    [InlineData(null, null, null, "214.555.0142", KnownBy.Phone)]
    [InlineData(null, null, null, "+1 214 555 0142 ext. 7", KnownBy.Phone)]
    [InlineData(null, null, null, "214 555", null)]
    [InlineData("ana nunez", null, null, null, KnownBy.Name)]
    [InlineData("NÚÑEZ, Ana", null, null, null, KnownBy.Name)]
    [InlineData("Ana Nunes", "Nunez Tile", null, null, KnownBy.Name)]
    [InlineData("Ana Núñez", "Bright Dental", null, null, null)]
    [InlineData("Ben Brooks", "núñez tile, LLC", null, null, KnownBy.Company)]
    [InlineData("Ben Brooks", "Tile World", null, null, null)]
    [InlineData("An", null, null, null, null)]
    public void SomeoneIsRecognisedWhateverTheSpelling(string? name, string? company, string? email, string? phone, KnownBy? by) =>
        Assert.Equal(by, Sought.Of(name, company, email, phone).Recognises("Ana Núñez", "Núñez Tile Inc.", "ana@example.com", "+12145550142"));

    [Theory]
    [InlineData("+12145550142 x7", "+12145550142 x8", false)]
    [InlineData("+12145550142 x7", "+12145550142", true)]
    public void TwoExtensionsOfOneNumberAreTwoPeople(string one, string other, bool same) =>
        Assert.Equal(same, Sought.Of(null, null, null, one).Recognises("A", null, "a@example.com", other) == KnownBy.Phone);

    [Fact]
    public void AClientKeptUnderTheFirmsNameAloneIsRecognisedByIt() =>
        Assert.Equal(KnownBy.Company, Sought.Of("Ana Núñez", "Acme Roofing", null, null).Recognises("Acme Roofing LLC", null, "office@acme.example", null));

    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task LeadsAndClientsAreFoundTheSurestFirstWithStatusAndOwner(DatabaseProvider provider)
    {
        await using var data = await TestDatabase.CreateAsync(provider);
        var lead = await data.AddLeadAsync("Ana Núñez", "other@example.com", l => (l.Company, l.Phone) = ("Núñez Tile", "+12145550142"));
        await data.AddLeadAsync("Somebody Else", "else@example.com");
        var client = await AddClientAsync(data, c => c.OwnerId = data.Ben.UserId);

        var known = await FindAsync(data, Sought.Of("Ana Nunez", "Nunez Tile", "ana@example.com", "214-555-0142"));

        Assert.Equal([(RecordRef.Client(client), KnownBy.Email, "Client, active, owner Ben Brooks"), (RecordRef.Lead(lead), KnownBy.Phone, "Lead, new, no owner")], known.Select(k => (k.Record, k.By, k.Facts)));
        Assert.Equal([RecordRef.Client(client)], (await Recognition(data).FindAsync(data.Anna, Sought.Of("Ana Nunez", "Nunez Tile", "ana@example.com", null), clientsOnly: true)).Select(k => k.Record));
        Assert.Equal([RecordRef.Lead(lead)], (await Recognition(data).FindAsync(data.Anna, Sought.Of("Ana Nunez", "Nunez Tile", "ana@example.com", "214-555-0142"), except: RecordRef.Client(client))).Select(k => k.Record));
    }

    [Fact]
    public async Task NobodyIsKnownToAVisitorAndNobodyInTheRecycleBinIsKnownAtAll()
    {
        await using var data = await TestDatabase.CreateAsync();
        await AddClientAsync(data, c => c.Email = "ana@example.com");
        await AddClientAsync(data, c => (c.Email, c.DeletedAt) = ("bin@example.com", data.Clock.GetUtcNow().UtcDateTime));

        Assert.Empty(await Recognition(data).FindAsync(Actor.Visitor, Sought.Of("Ana Núñez", null, "ana@example.com", null)));
        Assert.Empty(await FindAsync(data, Sought.Of(null, null, "bin@example.com", null)));
    }

    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task ANearNameIsFoundThroughTheTextIndex(DatabaseProvider provider)
    {
        await using var data = await TestDatabase.CreateAsync(provider);
        var client = await AddClientAsync(data, _ => { });
        await Search.SearchTests.IndexAsync(data);

        foreach (var (name, company, by) in new[] { ("ANA NUNEZ", null, KnownBy.Name), ("Nunez, Ana", null, KnownBy.Name), ("Ana Nunes", "Núñez Tile Inc.", KnownBy.Name), ("Ben Brooks", "NUNEZ TILE LLC", KnownBy.Company) })
            Assert.Equal([(RecordRef.Client(client), by)], (await FindAsync(data, Sought.Of(name, company, null, null))).Select(k => (k.Record, k.By)));
        Assert.Empty(await FindAsync(data, Sought.Of("Ana Gomez", "Bright Dental", null, null)));
    }

    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task WhatIsMuchAlikeShowsBesideWhatIsTheSame(DatabaseProvider provider)
    {
        await using var data = await TestDatabase.CreateAsync(provider);
        foreach (var i in Enumerable.Range(0, 6))
            await AddClientAsync(data, c => (c.Name, c.Company, c.Email) = ("Katherine Johnston", $"Other firm {i}", $"{i}@example.com"));
        var same = await AddClientAsync(data, c => (c.Name, c.Company, c.Email) = ("Katherine Johnston", "Riverside Dental Group", "same@example.com"));
        var alike = await AddClientAsync(data, c => (c.Name, c.Company, c.Email) = ("Katherine Jonston", "Riverside Dentel Group", "alike@example.com"));
        var firm = await AddClientAsync(data, c => (c.Name, c.Company, c.Email) = ("Roy Stubbs", "Riverside Dental Group", "roy@example.com"));
        await Search.SearchTests.IndexAsync(data);

        var known = await FindAsync(data, Sought.Of("Katherine Johnston", "Riverside Dental Group", null, null));

        Assert.Equal([(RecordRef.Client(same), "Same name"), (RecordRef.Client(alike), "Name and company are much alike"), (RecordRef.Client(firm), "Same company")], known.Select(k => (k.Record, k.Why)));
    }

    private static Recognition Recognition(TestDatabase data) => new(new LiveAnswers(data.Store, data.Feed, data.Clock));

    private static Task<IReadOnlyList<Known>> FindAsync(TestDatabase data, Sought sought) => Recognition(data).FindAsync(data.Anna, sought);

    private static async Task<int> AddClientAsync(TestDatabase data, Action<Client> with)
    {
        var client = new Client { Name = "Ana Núñez", Company = "Núñez Tile", Email = "ana@example.com" };
        with(client);
        await data.Store.WriteAsync(data.Anna, db => Task.FromResult(db.Clients.Add(client)));
        return client.Id;
    }
}
