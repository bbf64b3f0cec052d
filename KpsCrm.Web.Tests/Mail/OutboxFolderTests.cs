using KpsCrm.Data.Mail;
using KpsCrm.Web.Features.Mail;
using MimeKit;

namespace KpsCrm.Web.Tests.Mail;

public class OutboxFolderTests
{
    [Fact]
    public async Task WithoutAServerMailsBecomeFilesBesideTheDatabase()
    {
        await using var room = await MailRoom.OpenAsync();
        var outbox = new OutboxFolder(room.Data.Options);
        var ids = new[] { await room.AddAsync(), await room.AddAsync("zoe@visitor.example", MailKind.AutoReply) };

        Assert.True(await room.NewSender(transport: outbox).SendDueAsync());

        Assert.Equal(Path.Combine(Path.GetDirectoryName(room.Data.Options.Path)!, "outbox"), outbox.Path);
        var files = Directory.GetFiles(outbox.Path);
        Assert.Equal(2, files.Length);
        Assert.All(files, file => Assert.EndsWith(".eml", file));
        var read = files.Select(file => MimeMessage.Load(file)).ToList();
        Assert.Contains(read, m => m.To.Mailboxes.Single().Address == "zoe@visitor.example");
        foreach (var id in ids)
            Assert.Equal(MailState.Sent, (await room.MailAsync(id)).State);
    }

    [Fact]
    public async Task AMailWrittenTwiceIsOneFile()
    {
        await using var room = await MailRoom.OpenAsync();
        var outbox = new OutboxFolder(room.Data.Options);
        var mail = (await room.Composer.ComposeAsync(DueMail.From(await room.MailAsync(await room.AddAsync())) with { About = new() { Name = "Zoë", Email = "zoe@visitor.example" } })).Message;

        await using var session = await outbox.OpenAsync(default);
        await session.SendAsync(mail, default);
        await session.SendAsync(mail, default);

        Assert.Single(Directory.GetFiles(outbox.Path));
    }

    [Fact]
    public async Task AFolderThatCannotBeWrittenKeepsTheMailWaiting()
    {
        await using var room = await MailRoom.OpenAsync();
        var outbox = new OutboxFolder(room.Data.Options);
        await File.WriteAllTextAsync(outbox.Path, "a file where the folder should be");
        var id = await room.AddAsync();

        Assert.False(await room.NewSender(transport: outbox).SendDueAsync());
        Assert.Equal(MailState.Waiting, (await room.MailAsync(id)).State);

        File.Delete(outbox.Path);
        room.Data.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.True(await room.NewSender(transport: outbox).SendDueAsync());
        Assert.Equal(MailState.Sent, (await room.MailAsync(id)).State);
    }
}
