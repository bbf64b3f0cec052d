using System.Text.Json;
using KpsCrm.Data;
using KpsCrm.Data.Activities;
using KpsCrm.Data.Leads;
using KpsCrm.Data.Mail;
using KpsCrm.Data.Security;
using KpsCrm.Web.Features.Mail;
using KpsCrm.Web.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace KpsCrm.Web.Tests.Mail;

/// <summary>A database, a mail server and the sender between them.</summary>
internal sealed class MailRoom(TestDatabase data, SmtpServer server) : IAsyncDisposable
{
    private readonly ServiceProvider _services = new ServiceCollection().AddLogging().BuildServiceProvider(validateScopes: true);

    public TestDatabase Data => data;
    public SmtpServer Server => server;
    public CompanyOptions Company { get; } = new();
    public MailOptions Options { get; } = new() { Host = "127.0.0.1", Port = server.Port, Security = MailSecurity.None, TimeoutSeconds = 5, BaseUrl = "https://crm.example" };

    public static async Task<MailRoom> OpenAsync(DatabaseProvider provider = DatabaseProvider.Sqlite) => new(await TestDatabase.CreateAsync(provider), new SmtpServer());

    public MailComposer Composer => new(Company, Options, _services.GetRequiredService<IServiceScopeFactory>(), NullLoggerFactory.Instance, new(_services.GetRequiredService<IServiceScopeFactory>(), Options, data.Store), new(_services.GetRequiredService<IServiceScopeFactory>(), Options, new(), data.Store, data.Clock));

    /// <summary>As after a start of the program: nothing is known but what the database says.</summary>
    public MailSender NewSender(CrmStore? store = null, IMailTransport? transport = null) =>
        new(store ?? data.Store, transport ?? new SmtpTransport(Options), Composer, Options, data.Clock, NullLogger<MailSender>.Instance);

    public Task<int> AddAsync(string to = "sales@kps.example", MailKind kind = MailKind.SalesNotification, string name = "Zoë O'Hara", string? message = "Hello", string email = "zoe@visitor.example", Action<Lead>? lead = null) =>
        data.Store.WriteAsync(Actor.Visitor, async db =>
        {
            var who = new Lead { Name = name, Email = email, Phone = "+12145550100", Service = "Payroll Services", BudgetRange = "$5,000 - $15,000", ValueCents = 500_000, CreatedAt = db.Now };
            lead?.Invoke(who);
            var activity = new Activity { Kind = ActivityKind.Created, Lead = who, ActorName = "Website visitor", Summary = "sent the contact form", At = db.Now, Detail = JsonSerializer.Serialize(new { name, email, message, utmSource = "google", landingPage = "/payroll" }) };
            var mail = new OutgoingMail { Kind = kind, ToAddress = to, Lead = who, Activity = activity, MessageId = $"{Guid.NewGuid():N}@kps.example", CreatedAt = db.Now };
            db.AddRange(who, activity, mail);
            await db.SaveChangesAsync();
            return mail.Id;
        });

    public Task<OutgoingMail> MailAsync(int id) => data.Store.ReadAsync(Actor.System, view => view.Mails.SingleAsync(m => m.Id == id));

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        await server.DisposeAsync();
        await data.DisposeAsync();
    }
}
