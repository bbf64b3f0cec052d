using System.Net.Sockets;
using System.Text;
using KpsCrm.Web.Tests.Support;

namespace KpsCrm.Web.Tests.Attacks;

/// <summary>I04: a request whose end can be read in two ways is refused, and nothing behind it is read as another one.</summary>
public sealed class AmbiguousLengthTests : IAsyncLifetime
{
    private const string Behind = "GET /health/live HTTP/1.1\r\nHost: crm\r\n\r\n";

    private CrmApp _app = null!;

    public async ValueTask InitializeAsync() => _app = await CrmApp.StartAsync();

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    [Theory]
    [InlineData("Content-Length: 4\r\nContent-Length: 5", "name")]
    [InlineData("Content-Length: 4 4", "name")]
    [InlineData("Content-Length: 4, 4", "name")]
    [InlineData("Content-Length: 4\r\nTransfer-Encoding: chunked", "0\r\n\r\n")]
    [InlineData("Transfer-Encoding: chunked, identity", "0\r\n\r\n")]
    [InlineData("Transfer-Encoding: xchunked", "0\r\n\r\n")]
    [InlineData("Transfer-Encoding: chunked", "1;a\nb\r\nx\r\n0\r\n\r\n")]
    [InlineData("Transfer-Encoding: chunked", "0x1\r\nx\r\n0\r\n\r\n")]
    [InlineData("Transfer-Encoding : chunked", "0\r\n\r\n")]
    [InlineData("Content-Length: 4\r\n Content-Length: 5", "name")]
    public async Task ARequestThatEndsInTwoWaysIsRefusedAndItsConnectionClosed(string headers, string body)
    {
        var answer = await SendAsync($"POST /api/contact HTTP/1.1\r\nHost: crm\r\nContent-Type: application/x-www-form-urlencoded\r\n{headers}\r\n\r\n{body}{Behind}");

        Assert.StartsWith("HTTP/1.1 400 ", answer);
        Assert.Equal(1, answer.Split("HTTP/1.1 ").Length - 1);
    }

    /// <summary>M05.</summary>
    [Fact]
    public async Task AnAddressOfFortyKilobytesIsRefused() =>
        Assert.StartsWith("HTTP/1.1 414 ", await SendAsync($"GET /leads?q={new string('a', 40_000)} HTTP/1.1\r\nHost: crm\r\n\r\n"));

    /// <returns>All that comes until the server closes.</returns>
    private async Task<string> SendAsync(string request)
    {
        using var client = new TcpClient();
        var address = new Uri(_app.Url);
        await client.ConnectAsync(address.Host, address.Port, TestContext.Current.CancellationToken);
        var stream = client.GetStream();
        var answer = new StringBuilder();
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromSeconds(30));
        try
        {
            await stream.WriteAsync(Encoding.ASCII.GetBytes(request), patience.Token);
            using var reader = new StreamReader(stream, Encoding.ASCII);
            answer.Append(await reader.ReadToEndAsync(patience.Token));
        }
        catch (IOException)
        {
            // It closed while something was still on its way.
        }
        return answer.ToString();
    }
}
