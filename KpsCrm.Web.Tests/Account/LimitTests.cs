using System.Net;
using System.Net.Sockets;
using KpsCrm.Web.Tests.Support;

namespace KpsCrm.Web.Tests.Account;

public class LimitTests
{
    [Fact]
    public async Task SignInsAreCountedPerAddressAndReadingIsFree()
    {
        await using var app = await CrmApp.StartAsync(new() { ["Account:SignInsPerMinute"] = "2" });
        using var busy = From("127.0.0.1", app);
        for (var i = 0; i < 10; i++)
            Assert.Equal(HttpStatusCode.OK, (await busy.GetAsync("/sign-in")).StatusCode);

        Assert.Equal(HttpStatusCode.OK, await TryAsync(busy));
        Assert.Equal(HttpStatusCode.OK, await TryAsync(busy));
        Assert.Equal(HttpStatusCode.TooManyRequests, await TryAsync(busy));

        Assert.Equal(HttpStatusCode.OK, (await busy.GetAsync("/sign-in")).StatusCode);
        using var other = From("127.0.0.2", app);
        Assert.Equal(HttpStatusCode.OK, await TryAsync(other));

        static async Task<HttpStatusCode> TryAsync(HttpClient client) =>
            (await CrmApp.PostFormAsync(client, "/sign-in", new() { ["_handler"] = "sign-in", ["Input.Email"] = "nobody@kps.example", ["Input.Password"] = "wrong" })).StatusCode;
    }

    [Fact]
    public async Task EnquiriesAreCountedPerAddressAndReadingIsFree()
    {
        await using var app = await CrmApp.StartAsync(new() { ["Intake:RequestsPerMinute"] = "2" });
        using var busy = From("127.0.0.1", app);
        for (var i = 0; i < 30; i++)
            Assert.Equal(HttpStatusCode.OK, (await busy.GetAsync("/contact")).StatusCode);

        Assert.Equal(HttpStatusCode.OK, await SendAsync(busy, "a@example.com"));
        Assert.Equal(HttpStatusCode.OK, await SendAsync(busy, "b@example.com"));
        Assert.Equal(HttpStatusCode.TooManyRequests, await SendAsync(busy, "c@example.com"));

        using var other = From("127.0.0.2", app);
        Assert.Equal(HttpStatusCode.OK, await SendAsync(other, "d@example.com"));

        static async Task<HttpStatusCode> SendAsync(HttpClient client, string email) =>
            (await client.PostAsync("/api/contact", new FormUrlEncodedContent(new Dictionary<string, string> { ["name"] = "Ana", ["email"] = email }))).StatusCode;
    }

    /// <summary>A client that comes from one of this machine's own addresses.</summary>
    private static HttpClient From(string address, CrmApp app) => new(new SocketsHttpHandler
    {
        CookieContainer = new CookieContainer(),
        AllowAutoRedirect = false,
        ConnectCallback = async (to, cancellationToken) =>
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(IPAddress.Parse(address), 0));
            await socket.ConnectAsync(to.DnsEndPoint, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        },
    })
    { BaseAddress = new Uri(app.Url) };
}
