using System.Globalization;
using KpsCrm.Data;
using KpsCrm.Data.Activities;
using KpsCrm.Data.Deals;
using KpsCrm.Data.Files;
using KpsCrm.Data.Leads;
using KpsCrm.Data.Recycling;
using KpsCrm.Data.Security;
using KpsCrm.Data.Users;
using KpsCrm.Web.Features.Activities;
using KpsCrm.Web.Features.Create;
using KpsCrm.Web.Features.Files;
using KpsCrm.Web.Features.Intake;
using KpsCrm.Web.Features.Leads;
using KpsCrm.Web.Features.Mail;
using KpsCrm.Web.Features.Pipeline;
using KpsCrm.Web.Features.Records;
using KpsCrm.Web.Features.Recycling;
using KpsCrm.Web.Features.Rights;
using KpsCrm.Web.Features.Tasks;
using KpsCrm.Web.Features.Users;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace KpsCrm.Web.Tests.Faults;

internal sealed partial class Convergence
{
    private static readonly CompanyOptions Company = new();
    private static readonly DateOnly Today = new(2026, 11, 24);

    /// <summary>The last conversions, for whoever takes one back.</summary>
    private readonly List<Converted> _converted = [];

    /// <summary>What each person's screen offered a moment ago: others may be quicker.</summary>
    private sealed record Seen(IReadOnlyList<Lead> Leads, IReadOnlyList<Deal> Deals, IReadOnlyList<int> Clients, IReadOnlyList<(int Id, int Version)> Tasks, IReadOnlyList<(int Id, int? By)> Notes, IReadOnlyList<int> Files)
    {
        public static Task<Seen> LookAsync(CrmStore store) => store.ReadAsync(Actor.System, async view => new Seen(
            await view.Db.Leads.IgnoreQueryFilters().OrderBy(l => l.Id).ToListAsync(),
            await view.Db.Deals.IgnoreQueryFilters().OrderBy(d => d.Id).ToListAsync(),
            await view.Db.Clients.IgnoreQueryFilters().OrderBy(c => c.Id).Select(c => c.Id).ToListAsync(),
            (await view.Db.Tasks.IgnoreQueryFilters().OrderBy(t => t.Id).Select(t => new { t.Id, t.Version }).ToListAsync()).ConvertAll(t => (t.Id, t.Version)),
            (await view.Db.Activities.Where(a => a.Kind == ActivityKind.Note).OrderBy(a => a.Id).Select(a => new { a.Id, a.ActorId }).ToListAsync()).ConvertAll(a => (a.Id, a.ActorId)),
            await view.Db.Attachments.IgnoreQueryFilters().OrderBy(f => f.Id).Select(f => f.Id).ToListAsync()));
    }

    /// <param name="Broad">Said as "everything may have changed", so that single rows need not be named.</param>
    private sealed record Act(string Words, Func<Instance, Task> DoAsync, bool Broad = false);

    private Act Next(Seen seen)
    {
        var who = Pick(People)!;
        var n = _random.Next(1_000);
        var text = $"{Pick<string>(["acme", "zebra", "Núñez", "O'Hara", "quarterly books"])} {n}";
        var (lead, deal, client, task, record) = (Pick(seen.Leads), Pick(seen.Deals), Pick(seen.Clients), Pick(seen.Tasks), AnyRecord(seen));
        var place = _random.Next(3) switch { 0 => Place.Top, 1 => Place.Last, _ => new Place(Pick(seen.Deals)?.Id) };
        var leadPlace = _random.Next(3) switch { 0 => Place.Top, 1 => Place.Last, _ => new Place(Pick(seen.Leads)?.Id) };
        var request = $"r{_random.Next(100_000)}";
        switch (_random.Next(31))
        {
            case 0 or 1 or 2:
                return new($"a visitor sends an enquiry as {n % 7}", at => new IntakeDesk(at.Store, Options.Create(new IntakeOptions()), new MailOptions { SalesAddress = "sales@kps.example" }, Company)
                    .AcceptAsync(new(new() { Name = text, Email = $"v{n % 7}@example.com", Service = "HR services", Budget = "$10,000", Message = text, Consent = true }, request)));
            case 5:
                return new($"{who.Name} creates the client {text}", at => new CreateRecord(RecordKind.Client, Typed(("name", text), ("email", $"c{n}@example.com"), ("elsewhere", $"{n}")), request).RunAsync(at.Store, who));
            case 6:
                return new($"{who.Name} creates the lead {text}", at => new CreateRecord(RecordKind.Lead, Typed(("name", text), ("email", $"v{n % 7}@example.com"), ("owner", $"{who.UserId}")), request).RunAsync(at.Store, who));
            case 7 or 8 or 9 or 10 when deal is not null:
                var to = Pick<DealStage>([.. Enum.GetValues<DealStage>()]);
                return new($"{who.Name} moves deal {deal.Id} from {deal.Stage} to {to}", async at =>
                {
                    var moved = await new MoveDeal(deal.Id, deal.Stage, to, place, deal.Version, to switch { DealStage.ClosedWon => new Won(n * 100, Today), DealStage.ClosedLost => new Lost("Price", null, Today), _ => null }).RunAsync(at.Store, who);
                    if (n % 4 == 0 && moved is Moved { Back: { } back })
                        await back();
                });
            case 11 or 12 when lead is not null:
                var status = Pick<LeadStatus>([.. Enum.GetValues<LeadStatus>()]);
                return new($"{who.Name} moves lead {lead.Id} from {lead.Status} to {status}", at => new MoveLead(lead.Id, lead.Status, status, leadPlace, lead.Version, status == LeadStatus.Lost ? "Price" : null).RunAsync(at.Store, who));
            case 13 or 14 when lead is not null:
                return new($"{who.Name} converts lead {lead.Id}", async at =>
                {
                    if (await new ConvertLead(new(lead.Id, lead.Status, LeadStatus.Won, leadPlace, lead.Version), text, null, text, n * 100, n % 3 == 0 && client > 0 ? client : null).RunAsync(at.Store, who) is Converted done)
                    {
                        lock (_converted)
                            _converted.Add(done);
                    }
                });
            case 15 when _converted.Count > 0:
                var last = _converted[^1];
                return new($"{who.Name} takes back the conversion of lead {last.Lead.Id}", at => new UndoConvert(last).RunAsync(at.Store, who));
            case 16 or 17 when deal is not null:
                return new($"{who.Name} edits deal {deal.Id}", at => new EditRecord(RecordRef.Deal(deal.Id), [new("title", deal.Title, text), new("owner", Number(deal.OwnerId), Number(n % 5)), .. n % 2 == 0 ? [new FieldChange("client", Number(deal.ClientId), Number(client))] : Array.Empty<FieldChange>()]).RunAsync(at.Store, who));
            case 18 when lead is not null:
                return new($"{who.Name} edits lead {lead.Id}", at => new EditRecord(RecordRef.Lead(lead.Id), [new("name", lead.Name, text), new("owner", Number(lead.OwnerId), Number(n % 5))]).RunAsync(at.Store, who));
            case 19 when record is { } gone:
                return new($"{who.Name} deletes {gone.Noun} {gone.Id}", at => new DeleteRecord(gone.Item).RunAsync(at.Store, who));
            case 20 when record is { } binned:
                return new($"{who.Name} brings back {binned.Noun} {binned.Id}", at => new RestoreRecord(binned.Item, WithOwner: n % 2 == 0).RunAsync(at.Store, who));
            case 21 when record is { } about:
                return new($"{who.Name} plans a task on {about.Noun} {about.Id}", at => new PlanTask(about, Plan(text, n)).RunAsync(at.Store, who, Company));
            case 22 when task.Id > 0:
                return new($"{who.Name} works on task {task.Id}", at => (n % 4) switch
                {
                    0 => new FinishTask(task.Id).RunAsync(at.Store, who),
                    1 => new ReopenTask(task.Id).RunAsync(at.Store, who),
                    2 => new EditTask(task.Id, task.Version, Plan(text, n)).RunAsync(at.Store, who, Company),
                    _ => n % 8 == 3 ? new DeleteRecord(new(ItemKind.Task, task.Id)).RunAsync(at.Store, who) : new RestoreRecord(new(ItemKind.Task, task.Id), true).RunAsync(at.Store, who),
                });
            case 23 when record is { } noted:
                return new($"{who.Name} writes on {noted.Noun} {noted.Id}", at => n % 2 == 0 ? new AddNote(noted, $"{text} @Maria Manager").RunAsync(at.Store, who) : new LogCall(noted, CallOutcome.Reached, text).RunAsync(at.Store, who));
            case 24 when Pick(seen.Notes) is { Id: > 0 } note:
                return new($"note {note.Id} is corrected", at => new CorrectNote(note.Id, text).RunAsync(at.Store, People.FirstOrDefault(p => p.UserId == note.By) ?? who));
            case 25 when record is { } filed:
                return new($"{who.Name} adds a file to {filed.Noun} {filed.Id}", at => new AddFile(at.Services.GetRequiredService<FileStore>(), at.Store).RunAsync(who, filed.Item, $"{n}.txt", new MemoryStream("x"u8.ToArray())));
            case 26:
                var (sees, changes) = (Pick<Scope>([.. Enum.GetValues<Scope>()]), Scope.Own);
                return new($"the admin lets sales see {sees}", at => new SetRights(Role.Sales, sees, changes > sees ? sees : (Scope)(n % ((int)sees + 1)), n % 2 == 0, n % 3 != 0).RunAsync(at.Store, _data.Admin), Broad: true);
            case 27:
                return n % 2 == 0
                    ? new($"the admin hands {n % 3 + 2}'s records over", at => new HandOver(n % 3 + 2, n % 4 + 1).RunAsync(at.Store, _data.Admin))
                    : new("the bin is emptied", at => at.Services.GetRequiredService<BinPurge>().PurgeOlderAsync(_data.Clock.GetUtcNow().UtcDateTime.AddSeconds(-1)), Broad: true);
            case 28:
                return new("somebody's save fails halfway", at => at.Store.WriteAsync(who, async db =>
                {
                    db.Leads.Add(new Lead { Name = "Half", Email = "half@example.com", CreatedAt = db.Now });
                    foreach (var row in await db.Deals.Take(3).ToListAsync())
                        row.Title = "Half";
                    await db.SaveChangesAsync();
                    throw new RuleException("no");
                }));
            case 29:
                return new("the database refuses a save", at => at.Store.WriteAsync(Actor.System, async db =>
                {
                    db.Leads.Add(new Lead { Name = "Half", Email = "half@example.com", CreatedAt = db.Now });
                    await db.SaveChangesAsync();
                    db.Deals.Add(new Deal { Title = "Half", AmountCents = -1, CreatedAt = db.Now });
                }));
            default:
                return new($"{who.Name} creates the deal {text}", at => new CreateRecord(RecordKind.Deal, Typed(("title", text), ("amount", $"{n}.50"), ("client", client == 0 ? "" : $"{client}")), request).RunAsync(at.Store, who));
        }
    }

    private RecordRef? AnyRecord(Seen seen) => _random.Next(3) switch
    {
        0 when Pick(seen.Leads) is { } lead => RecordRef.Lead(lead.Id),
        1 when Pick(seen.Clients) is > 0 and var client => RecordRef.Client(client),
        _ when Pick(seen.Deals) is { } deal => RecordRef.Deal(deal.Id),
        _ => null,
    };

    private static TaskPlan Plan(string title, int n) => new() { Title = title, DueOn = Today.AddDays(n % 9 - 3), OwnerId = n % 4 + 1 };

    private static Dictionary<string, string> Typed(params (string Key, string Value)[] fields) => fields.Where(f => f.Value.Length > 0).ToDictionary(f => f.Key, f => f.Value);

    private static string? Number(int? n) => n is > 0 ? n.Value.ToString(CultureInfo.InvariantCulture) : null;

    private T? Pick<T>(IReadOnlyList<T> of) => of.Count == 0 ? default : of[_random.Next(of.Count)];
}
