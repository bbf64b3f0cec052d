using KpsCrm.Data;
using KpsCrm.Data.Activities;
using KpsCrm.Data.Clients;
using KpsCrm.Data.Files;
using KpsCrm.Data.Leads;
using KpsCrm.Data.Security;
using KpsCrm.Web.Features.Activities;
using KpsCrm.Web.Features.Files;
using KpsCrm.Web.Features.Leads;
using KpsCrm.Web.Features.Pipeline;
using KpsCrm.Web.Features.Records;
using KpsCrm.Web.Features.Recycling;
using KpsCrm.Web.Features.Tasks;
using KpsCrm.Web.Shared;
using KpsCrm.Web.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace KpsCrm.Web.Tests.Rights;

public partial class RefusedWriteTests
{
    /// <summary>Ben's records, made while everybody could do everything, and a little of Anna's.</summary>
    private sealed record Firm(int Lead, int Client, int Loner, int Deal, int Binned, int OpenTask, int DoneTask, int BinnedTask, int Note, int File, int Annas, int AnnasLead, Converted Converted)
    {
        public static async Task<Firm> OpenAsync(TestDatabase data, RoleRights rights)
        {
            var client = new Client { Name = "Ben's client", Email = "client@example.com", OwnerId = 4, JoinedAt = data.Clock.GetUtcNow().UtcDateTime };
            var loner = new Client { Name = "Ben's other client", Email = "other@example.com", OwnerId = 4, JoinedAt = data.Clock.GetUtcNow().UtcDateTime };
            await data.Store.WriteAsync(data.Ben, db =>
            {
                db.Clients.AddRange(client, loner);
                return Task.CompletedTask;
            });
            var lead = await data.AddLeadAsync("Ben's lead", with: l => l.OwnerId = 4);
            var won = await data.AddLeadAsync("Ben's won lead", "won@example.com", with: l => l.OwnerId = 4);
            var deal = await data.AddDealAsync("Ben's deal", with: d => (d.OwnerId, d.ClientId) = (4, client.Id));
            var binned = await data.AddDealAsync("Ben's binned deal", with: d => d.OwnerId = 4);
            var task = await new PlanTask(RecordRef.Deal(deal), Plan(4)).RunAsync(data.Store, data.Ben, Company);
            var done = await new PlanTask(RecordRef.Deal(deal), Plan(4)).RunAsync(data.Store, data.Ben, Company);
            var gone = await new PlanTask(RecordRef.Deal(deal), Plan(4)).RunAsync(data.Store, data.Ben, Company);
            await new FinishTask(done).RunAsync(data.Store, data.Ben);
            await new DeleteRecord(new(ItemKind.Task, gone)).RunAsync(data.Store, data.Ben);
            await new DeleteRecord(ItemRef.Deal(binned)).RunAsync(data.Store, data.Ben);
            await new AddNote(RecordRef.Deal(deal), "Anna's note at Ben's deal").RunAsync(data.Store, data.Anna);
            var file = await new AddFile(data.Provided.GetRequiredService<FileStore>(), data.Store).RunAsync(data.Ben, ItemRef.Lead(lead), "ben.txt", new MemoryStream("x"u8.ToArray()));
            var converted = Assert.IsType<Converted>(await new ConvertLead(new(won, LeadStatus.New, LeadStatus.Won, Place.Top, 1), "Ben's new client", null, "Ben's new deal", 100).RunAsync(data.Store, data.Ben));
            var annas = await data.AddDealAsync("Mine", with: d => d.OwnerId = 3);
            var annasLead = await data.AddLeadAsync("Mine", "mine@example.com", with: l => l.OwnerId = 3);
            var note = await data.Store.ReadAsync(Actor.System, view => view.Activities.Where(a => a.Kind == ActivityKind.Note).Select(a => a.Id).SingleAsync());
            await data.Store.WriteAsync(Actor.System, db => Task.FromResult(db.RoleRights.Add(rights)));
            return new(lead, client.Id, loner.Id, deal, binned, task, done, gone, note, file, annas, annasLead, converted);
        }

        public Task<int> VersionAsync(TestDatabase data) => data.Store.ReadAsync(Actor.System, view => view.Deals.Where(d => d.Id == Deal).Select(d => d.Version).SingleAsync());

        public Task<int> TaskVersionAsync(TestDatabase data) => data.Store.ReadAsync(Actor.System, view => view.Tasks.Where(t => t.Id == OpenTask).Select(t => t.Version).SingleAsync());

        /// <summary>As a screen still shows them.</summary>
        public async Task<IReadOnlyList<LeadRow>> RowsAsync(TestDatabase data)
        {
            var page = await data.Store.ReadAsync(Actor.System, view => new LeadsQuestion(LeadFilter.Of(new ListQuery(""), null), new ListPlace(null, 1), Company).AskAsync(view, default));
            return [.. page.Rows.Where(r => r.Id == Lead)];
        }
    }
}
