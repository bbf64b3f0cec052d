using KpsCrm.Data;
using KpsCrm.Data.Clients;
using KpsCrm.Data.Deals;
using KpsCrm.Data.Maintenance;
using KpsCrm.Data.Ordering;
using KpsCrm.Data.Search;
using KpsCrm.Data.Security;
using KpsCrm.Web.Features.Dashboard;
using KpsCrm.Web.Features.Pipeline;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace KpsCrm.Web.Tests.Faults;

/// <summary>
/// What holds after every fault, one sentence per finding. What only the test can know (which saves were acknowledged, which mails a server took) it asks by itself;
/// the names V1 to V9 are those of docs/faults.md.
/// </summary>
internal static class Verify
{
    /// <summary>V2, V3 and V4, ranks and figures, and the text index.</summary>
    public static async Task<IReadOnlyList<string>> FindingsAsync(IServiceProvider services)
    {
        // What is wrong below, the rest can't be asked of.
        if (await services.GetRequiredService<DatabaseCheck>().RunAsync() is { IsWhole: false } damage)
            return [.. damage.Findings.Select(f => f.Sentence)];
        var store = services.GetRequiredService<CrmStore>();
        return
        [
            .. await store.ReadAsync(Actor.System, view => HalfActsAsync(view.Db)),
            .. await store.ReadAsync(Actor.System, RanksAsync),
            .. await store.ReadAsync(Actor.System, FiguresAsync),
            .. await services.GetRequiredService<SearchIndex>().CheckAsync(),
        ];
    }

    /// <summary>V2: of what one act writes, all is there or nothing.</summary>
    private static async Task<IReadOnlyList<string>> HalfActsAsync(CrmDbContext db)
    {
        await db.Database.OpenConnectionAsync();
        var findings = new List<string>();
        foreach (var (sentence, sql) in new[]
        {
            ("Enquiry {0} has no mail to sales.", "SELECT a.id FROM activities a WHERE a.kind IN ('created', 'enquiry') AND a.request_id IS NOT NULL AND a.detail IS NOT NULL AND NOT EXISTS (SELECT 1 FROM outgoing_mails m WHERE m.activity_id = a.id AND m.kind = 'sales_notification')"),
            ("Mail {0} is about an enquiry that is not there.", "SELECT m.id FROM outgoing_mails m WHERE m.kind IN ('sales_notification', 'auto_reply') AND (m.activity_id IS NULL OR m.lead_id IS NULL)"),
            ("Lead {0} came by an enquiry that was counted no time.", "SELECT a.lead_id FROM activities a JOIN outgoing_mails m ON m.activity_id = a.id AND m.kind = 'sales_notification' WHERE NOT EXISTS (SELECT 1 FROM analytics_events e WHERE e.event_type = 'lead_created' AND e.value = CAST(a.lead_id AS text))"),
            // A deal that is purged leaves its conversion behind, on the lead's timeline.
            ("Conversion {0} has no deal.", "SELECT a.id FROM activities a WHERE a.kind = 'converted' AND a.deal_id IS NULL AND NOT a.is_sample AND (SELECT count(*) FROM activities b WHERE b.kind = 'converted' AND b.deal_id IS NULL AND NOT b.is_sample) > (SELECT count(*) FROM security_logs s WHERE s.event_type = 'record_purged' AND s.subject LIKE 'deals/%')"),
            ("Deal {0} came of a conversion that nobody is told of.", "SELECT d.id FROM deals d WHERE d.lead_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM activities a WHERE a.deal_id = d.id)"),
            ("Closed deal {0} has no day.", "SELECT id FROM deals WHERE status IN ('closed_won', 'closed_lost') AND actual_close_date IS NULL"),
            ("Lost deal {0} has no reason.", "SELECT id FROM deals WHERE status = 'closed_lost' AND lost_reason IS NULL"),
            ("Deal {0} is in use while its client lies in the bin.", "SELECT d.id FROM deals d JOIN clients c ON c.id = d.client_id WHERE d.deleted_at IS NULL AND c.deleted_at IS NOT NULL"),
            ("Task {0} is in use while its record lies in the bin.", "SELECT t.id FROM tasks t LEFT JOIN leads l ON l.id = t.lead_id LEFT JOIN deals d ON d.id = t.deal_id LEFT JOIN clients c ON c.id = t.client_id WHERE t.deleted_at IS NULL AND (l.deleted_at IS NOT NULL OR d.deleted_at IS NOT NULL OR c.deleted_at IS NOT NULL)"),
        })
        {
            await using var command = db.Database.GetDbConnection().CreateCommand();
            command.CommandText = sql;
            await using var reader = await command.ExecuteReaderAsync();
            while (await reader.ReadAsync())
                findings.Add(string.Format(System.Globalization.CultureInfo.InvariantCulture, sentence, reader.GetValue(0)));
        }
        return findings;
    }

    /// <summary>Every card has a place between all others, and the boards show them in that order.</summary>
    private static async Task<IReadOnlyList<string>> RanksAsync(CrmView view)
    {
        var findings = new List<string>();
        var deals = await view.Deals.ToListAsync();
        var leads = await view.Leads.ToListAsync();
        findings.AddRange(deals.Cast<IRanked>().Concat(leads).Where(r => r.Rank.Length == 0 || r.Rank.EndsWith('0') || r.Rank.Any(c => !char.IsAsciiDigit(c) && !char.IsAsciiLetterLower(c))).Select(r => $"{r.GetType().Name} {r.Id} has the rank '{r.Rank}', above which there is no place."));
        var all = new Depths(Enumerable.Repeat(10_000, 7));
        Compare(await new DealBoardQuestion(new(), all, default).AskAsync(view, default), deals.ConvertAll(d => (Columns.Word(d.Stage), (IRanked)d)));
        Compare(await new LeadBoardQuestion(new(), all).AskAsync(view, default), leads.ConvertAll(l => (Columns.Word(l.Status), (IRanked)l)));
        return findings;

        void Compare(BoardAnswer board, List<(string Stage, IRanked Row)> rows)
        {
            foreach (var column in board.Columns)
            {
                var right = rows.Where(r => r.Stage == column.Stage).Select(r => r.Row).OrderBy(r => r.Rank, StringComparer.Ordinal).ThenBy(r => r.Id).Select(r => r.Id).ToList();
                if (!column.Cards.Select(c => c.Id).SequenceEqual(right))
                    findings.Add($"The column {column.Stage} is shown in another order than its ranks say.");
            }
        }
    }

    /// <summary>What boards and dashboard say is what adding up the rows by hand gives.</summary>
    private static async Task<IReadOnlyList<string>> FiguresAsync(CrmView view)
    {
        var findings = new List<string>();
        var deals = await view.Deals.ToListAsync();
        var (leads, clients) = (await view.Leads.CountAsync(), await view.Clients.CountAsync(c => c.Status == ClientStatus.Active));
        var open = deals.Where(d => d.Stage is DealStage.Proposal or DealStage.Negotiation or DealStage.Review).ToList();
        foreach (var column in (await new DealBoardQuestion(new(), new Depths(Enumerable.Repeat(1, 5)), default).AskAsync(view, default)).Columns)
        {
            var inIt = deals.Where(d => Columns.Word(d.Stage) == column.Stage).ToList();
            Demand($"{column.Stage} on the board", (column.Count, column.TotalCents), (inIt.Count, inIt.Sum(d => d.AmountCents)));
        }
        var figures = await new DashboardQuestion(Period.All, null, new CompanyOptions()).AskAsync(view, default);
        Demand("leads", figures.TotalLeads.All, leads);
        Demand("clients", figures.TotalClients.All, clients);
        Demand("revenue", figures.Revenue.All, deals.Where(d => d.Stage == DealStage.ClosedWon).Sum(d => d.AmountCents));
        Demand("pipeline value", figures.Pipeline.All, open.Sum(d => d.AmountCents));
        Demand("weighted pipeline", figures.WeightedCents, open.Sum(d => d.AmountCents * d.Probability) / 100);
        return findings;

        void Demand<T>(string what, T said, T counted)
        {
            if (!Equals(said, counted))
                findings.Add($"The figure {what} is {said}; the rows make {counted}.");
        }
    }

    /// <summary>V7: nothing of the program's inside for people to read.</summary>
    public static IReadOnlyList<string> InsidesIn(string text) =>
        [.. new[] { "   at KpsCrm.", "   at Microsoft.", "System.Exception", "Exception:", "SQLite Error", "Data Source=", "Password=", "Host=" }.Where(inside => text.Contains(inside, StringComparison.Ordinal)).Select(inside => $"The text has '{inside}' in it.")];

    /// <summary>V9: open handles of a process.</summary>
    public static int HandlesOf(int pid) => Directory.GetFileSystemEntries($"/proc/{pid}/fd").Length;
}
