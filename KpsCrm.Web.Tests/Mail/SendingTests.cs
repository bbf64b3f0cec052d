using System.Diagnostics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using KpsCrm.Data;
using KpsCrm.Data.Mail;
using KpsCrm.Data.Security;
using KpsCrm.Web.Features.Mail;
using KpsCrm.Web.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace KpsCrm.Web.Tests.Mail;

public class SendingTests
{
    public static TheoryData<DatabaseProvider> Providers => TestDatabase.Providers;

    [Theory, MemberData(nameof(Providers))]
    public async Task AStoredMailArrivesOnceAndItsTextIsKept(DatabaseProvider provider)
    {
        await using var room = await MailRoom.OpenAsync(provider);
        var id = await room.AddAsync();

        Assert.True(await room.NewSender().SendDueAsync());
        Assert.True(await room.NewSender().SendDueAsync());

        var received = Assert.Single(room.Server.Taken);
        var mail = await room.MailAsync(id);
        Assert.Equal(MailState.Sent, mail.State);
        Assert.Equal(room.Data.Clock.GetUtcNow().UtcDateTime, mail.SentAt);
        Assert.Equal(received.Subject, mail.Subject);
        Assert.Equal(mail.MessageId, received.MessageId);
        Assert.Equal(mail.TextBody!.ReplaceLineEndings("\n"), received.TextBody!.ReplaceLineEndings("\n"));
        Assert.Equal(mail.HtmlBody!.ReplaceLineEndings("\n"), received.HtmlBody!.ReplaceLineEndings("\n"));
    }

    [Fact]
    public async Task ABatchGoesOverOneConnection()
    {
        await using var room = await MailRoom.OpenAsync();
        for (var i = 0; i < 12; i++)
            await room.AddAsync(email: $"visitor{i}@visitor.example");

        await room.NewSender().SendDueAsync();

        Assert.Equal(12, room.Server.Taken.Count);
        Assert.Equal(1, room.Server.Connections);
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task PausesGrowWhileTheServerIsDownAndNothingIsLostByARestart(DatabaseProvider provider)
    {
        await using var room = await MailRoom.OpenAsync(provider);
        var id = await room.AddAsync();
        room.Server.Stop();

        var pauses = new List<double>();
        for (var attempt = 1; attempt <= 10; attempt++)
        {
            Assert.False(await room.NewSender().SendDueAsync());
            var mail = await room.MailAsync(id);
            Assert.Equal((MailState.Waiting, attempt), (mail.State, mail.Attempts));
            Assert.NotNull(mail.LastError);
            var pause = mail.NextAttemptAt - room.Data.Clock.GetUtcNow().UtcDateTime;
            pauses.Add(pause.TotalSeconds);

            // Not a moment too early.
            room.Data.Clock.Advance(pause - TimeSpan.FromSeconds(1));
            Assert.True(await room.NewSender().SendDueAsync());
            Assert.Equal(attempt, (await room.MailAsync(id)).Attempts);
            room.Data.Clock.Advance(TimeSpan.FromSeconds(1));
        }
        Assert.Equal([30, 60, 120, 240, 480, 960, 1920, 3600, 3600, 3600], pauses);

        room.Server.Start();
        Assert.True(await room.NewSender().SendDueAsync());
        Assert.Equal((await room.MailAsync(id)).MessageId, Assert.Single(room.Server.Taken).MessageId);
    }

    [Theory]
    [InlineData("421 too busy")]
    [InlineData("554 no service")]
    public async Task ABusyServerIsAskedAgainLater(string banner)
    {
        await using var room = await MailRoom.OpenAsync();
        var id = await room.AddAsync();
        room.Server.Banner = banner;

        Assert.False(await room.NewSender().SendDueAsync());

        var mail = await room.MailAsync(id);
        Assert.Equal((MailState.Waiting, 1), (mail.State, mail.Attempts));

        room.Server.Banner = "220 back";
        room.Data.Clock.Advance(TimeSpan.FromSeconds(30));
        await room.NewSender().SendDueAsync();
        Assert.Single(room.Server.Taken);
    }

    [Fact]
    public async Task AWrongPasswordIsSaidAndTheMailGoesOnceItIsRight()
    {
        await using var room = await MailRoom.OpenAsync();
        var id = await room.AddAsync();
        (room.Server.Password, room.Options.UserName, room.Options.Password) = ("open sesame", "crm", "guess");

        Assert.False(await room.NewSender().SendDueAsync());

        Assert.Equal("The mail server refused the user or password (535: 5.7.8 Bad credentials); check Mail__UserName and Mail__Password.", (await room.MailAsync(id)).LastError);
        Assert.Empty(room.Server.Raw);
        room.Options.Password = "open sesame";
        room.Data.Clock.Advance(TimeSpan.FromSeconds(30));
        Assert.True(await room.NewSender().SendDueAsync());
        Assert.Single(room.Server.Taken);
    }

    [Theory]
    [InlineData(true, "There is no secure connection to the mail server: this machine does not trust its certificate")]
    [InlineData(false, "The mail server can't do what is set (The SMTP server does not support the STARTTLS extension); check Mail__Security")]
    public async Task WithoutASecureConnectionThatIsAskedForNothingLeaves(bool offersTls, string sentence)
    {
        await using var room = await MailRoom.OpenAsync();
        var id = await room.AddAsync();
        using var key = ECDsa.Create();
        using var certificate = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256).CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        (room.Server.Certificate, room.Options.Security) = (offersTls ? certificate : null, MailSecurity.StartTls);

        Assert.False(await room.NewSender().SendDueAsync());

        Assert.StartsWith(sentence, (await room.MailAsync(id)).LastError);
        Assert.Empty(room.Server.Raw);
    }

    [Fact]
    public async Task AServerThatDripsIsLeftAfterOneTimeout()
    {
        await using var room = await MailRoom.OpenAsync();
        var id = await room.AddAsync();
        (room.Server.Drip, room.Options.TimeoutSeconds) = (TimeSpan.FromMilliseconds(300), 1);
        var since = Stopwatch.GetTimestamp();

        Assert.False(await room.NewSender().SendDueAsync());

        Assert.InRange(Stopwatch.GetElapsedTime(since).TotalSeconds, 0.9, 4);
        Assert.Equal((MailState.Waiting, "The mail server did not answer within 1 second."), ((await room.MailAsync(id)).State, (await room.MailAsync(id)).LastError));
    }

    [Fact]
    public async Task AGreylistedMailWaitsWhileTheOthersGo()
    {
        await using var room = await MailRoom.OpenAsync();
        var grey = await room.AddAsync("grey@visitor.example");
        var fine = await room.AddAsync("fine@visitor.example");
        room.Server.OnRecipient = address => address.StartsWith("grey") ? "451 4.7.1 try again later" : null;

        Assert.True(await room.NewSender().SendDueAsync());

        var waiting = await room.MailAsync(grey);
        Assert.Equal((MailState.Waiting, 1), (waiting.State, waiting.Attempts));
        Assert.Contains("451", waiting.LastError);
        Assert.Equal(MailState.Sent, (await room.MailAsync(fine)).State);

        room.Server.OnRecipient = _ => null;
        room.Data.Clock.Advance(TimeSpan.FromSeconds(30));
        await room.NewSender().SendDueAsync();
        Assert.Equal(MailState.Sent, (await room.MailAsync(grey)).State);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ARefusedMailIsKeptForAPersonAndHoldsNobodyUp(bool atRecipient)
    {
        await using var room = await MailRoom.OpenAsync();
        var bad = await room.AddAsync("nobody@visitor.example");
        if (atRecipient)
            room.Server.OnRecipient = address => address.StartsWith("nobody") ? "550 5.1.1 no such user" : null;
        else
            room.Server.OnMessage = () => room.Server.Raw.Count == 1 ? "554 5.7.1 looks like spam" : "250 ok";
        var good = await room.AddAsync("somebody@visitor.example");

        Assert.True(await room.NewSender().SendDueAsync());

        var refused = await room.MailAsync(bad);
        Assert.Equal(MailState.Refused, refused.State);
        Assert.Contains(atRecipient ? "550" : "554", refused.LastError);
        Assert.Equal(MailState.Sent, (await room.MailAsync(good)).State);

        room.Data.Clock.Advance(TimeSpan.FromDays(1));
        await room.NewSender().SendDueAsync();
        Assert.Equal(1, (await room.MailAsync(bad)).Attempts);
    }

    [Fact]
    public async Task AConnectionCutBeforeTheAnswerMeansOnceMoreWithTheSameMessageId()
    {
        await using var room = await MailRoom.OpenAsync();
        var id = await room.AddAsync();
        room.Server.OnMessage = () => "";

        await room.NewSender().SendDueAsync();
        Assert.Equal(MailState.Waiting, (await room.MailAsync(id)).State);

        room.Server.OnMessage = () => "250 taken";
        room.Data.Clock.Advance(TimeSpan.FromSeconds(30));
        await room.NewSender().SendDueAsync();

        Assert.Equal(2, room.Server.Raw.Count);
        var header = $"Message-Id: <{(await room.MailAsync(id)).MessageId}>";
        Assert.All(room.Server.Raw, raw => Assert.Contains(header, raw));
        Assert.Equal(MailState.Sent, (await room.MailAsync(id)).State);
    }

    [Fact]
    public async Task AServerThatNeverAnswersCostsOneTimeoutNotOnePerMail()
    {
        await using var room = await MailRoom.OpenAsync();
        for (var i = 0; i < 5; i++)
            await room.AddAsync();
        room.Server.Silent = true;
        room.Options.TimeoutSeconds = 1;

        Assert.False(await room.NewSender().SendDueAsync());

        Assert.Equal(1, room.Server.Connections);
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task AMailWhoseSenderDiedIsSentAgainWhenItsClaimEnds(DatabaseProvider provider)
    {
        await using var room = await MailRoom.OpenAsync(provider);
        var id = await room.AddAsync();
        await room.Data.Store.WriteAsync(Actor.System, async db =>
            (await db.OutgoingMails.FindAsync(id))!.Claim(db.Now + MailSender.Claim));

        await room.NewSender().SendDueAsync();
        Assert.Empty(room.Server.Taken);

        room.Data.Clock.Advance(MailSender.Claim);
        await room.NewSender().SendDueAsync();
        Assert.Single(room.Server.Taken);
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task TwoInstancesNeverSendTheSameMail(DatabaseProvider provider)
    {
        await using var room = await MailRoom.OpenAsync(provider);
        await using var second = room.Data.OpenSecondInstance();
        for (var i = 0; i < 60; i++)
            await room.AddAsync(email: $"visitor{i}@visitor.example");

        var other = second.GetRequiredService<CrmStore>();
        await Task.WhenAll(
            room.NewSender().SendDueAsync(), room.NewSender(other).SendDueAsync(),
            room.NewSender().SendDueAsync(), room.NewSender(other).SendDueAsync());

        Assert.Equal(60, room.Server.Taken.Count);
        Assert.Equal(60, room.Server.Taken.Select(m => m.MessageId).Distinct().Count());
    }

    [Fact]
    public async Task AShutdownInTheMiddleLosesNothingAndClaimsNothing()
    {
        await using var room = await MailRoom.OpenAsync();
        for (var i = 0; i < 6; i++)
            await room.AddAsync();
        using var stop = new CancellationTokenSource();
        room.Server.OnMessage = () =>
        {
            if (room.Server.Raw.Count == 3)
                stop.Cancel();
            return "250 taken";
        };

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => room.NewSender().SendDueAsync(stop.Token));
        await room.NewSender().SendDueAsync();

        // The one in flight may have come twice, under its one Message-ID.
        Assert.Equal(6, room.Server.Taken.Select(m => m.MessageId).Distinct().Count());
        Assert.InRange(room.Server.Taken.Count, 6, 7);
    }
}
