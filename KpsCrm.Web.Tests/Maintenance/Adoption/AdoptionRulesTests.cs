using KpsCrm.Data.Maintenance;

namespace KpsCrm.Web.Tests.Maintenance;

/// <summary>Every rule on one row of its own, all in one file, adopted once.</summary>
public sealed class AdoptionRulesTests(AdoptionRulesTests.AdoptedDirt dirt) : IClassFixture<AdoptionRulesTests.AdoptedDirt>
{
    private const string Long = "printf('%.*c', 300, 'x')";

    /// <summary>Rule, table, what is put into the old file, what is asked of the new one, and the answer.</summary>
    private static readonly (string Rule, string Table, string Setup, string Question, string Answer)[] All =
    [
        ("id-renumbered", "leads", Lead(-5), "SELECT name FROM leads WHERE id > 9000", "Lead -5"),
        ("id-renumbered", "leads", "INSERT INTO clients (id, lead_id, name, email) VALUES (101, -5, 'Of renumbered', 'r@x.com')", "SELECT l.name FROM clients c JOIN leads l ON l.id = c.lead_id WHERE c.id = 101", "Lead -5"),
        ("text-not-utf8", "leads", Lead(102, "name", "CAST(x'52656EE965' AS TEXT)"), "SELECT name FROM leads WHERE id = 102", "Renée"),
        ("text-control", "leads", Lead(103, "notes", "'a' || char(0) || 'b' || char(10) || 'c'"), "SELECT notes FROM leads WHERE id = 103", "a b\nc"),
        ("text-too-long", "leads", Lead(104, "company", Long), "SELECT length(company) || ' ' || (SELECT instr(summary, " + Long + ") > 0 FROM activities WHERE kind = 'note' AND lead_id = 104) FROM leads WHERE id = 104", "200 1"),
        ("text-too-long", "leads", Lead(105, "notes", "printf('%.*c', 12000, 'y')"), "SELECT length(notes) || ' ' || (SELECT length(summary) > 12000 FROM activities WHERE kind = 'note' AND lead_id = 105) FROM leads WHERE id = 105", "10000 1"),
        ("text-bytes", "leads", Lead(106, "city", "x'ff00'"), "SELECT city || (SELECT summary FROM activities WHERE kind = 'note' AND lead_id = 106) FROM leads WHERE id = 106", "-"),
        ("text-bytes", "leads", Lead(107, "city", "x'ff00'"), "SELECT instr(summary, 'city: 0xff00') > 0 FROM activities WHERE kind = 'note' AND lead_id = 107", "1"),
        ("name-missing", "leads", Lead(108, "name", "' '"), "SELECT name FROM leads WHERE id = 108", "lead108@example.com"),
        ("name-missing", "deals", Deal(109, "title", "''"), "SELECT title FROM deals WHERE id = 109", "No name"),
        ("email-missing", "clients", Client(110, "email", "''"), "SELECT email FROM clients WHERE id = 110", ""),
        ("email-strange", "leads", Lead(111, "email", "'Call him'"), "SELECT email FROM leads WHERE id = 111", "call him"),
        ("email-tidied", "leads", Lead(112, "email", "'  Lead0@Example.COM '"), "SELECT email FROM leads WHERE id = 112", "lead0@example.com"),
        ("email-twice", "leads", Lead(113, "email", "'Dup@x.com'") + Lead(114, "email", "'dup@x.com'"), "SELECT count(*) FROM leads WHERE email = 'dup@x.com'", "2"),
        ("status-unknown", "leads", Lead(115, "status", "'assigned'"), "SELECT status || ' ' || (SELECT summary FROM activities WHERE kind = 'note' AND lead_id = 115) FROM leads WHERE id = 115", "new As the older system had it:\nstatus: assigned"),
        ("status-unknown", "clients", Client(116, "status", "'paused'"), "SELECT status FROM clients WHERE id = 116", "inactive"),
        ("status-unknown", "deals", Deal(117, "status", "'on_hold'"), "SELECT status FROM deals WHERE id = 117", "proposal"),
        ("status-spelling", "deals", Deal(118, "status", "' Closed Won'"), "SELECT status FROM deals WHERE id = 118", "closed_won"),
        ("priority-unknown", "leads", Lead(119, "priority", "'VIP'"), "SELECT priority FROM leads WHERE id = 119", "medium"),
        ("priority-spelling", "leads", Lead(120, "priority", "'HIGH'"), "SELECT priority FROM leads WHERE id = 120", "high"),
        ("source-missing", "leads", Lead(121, "source", "NULL"), "SELECT source FROM leads WHERE id = 121", ""),
        ("budget-range", "leads", Lead(122, "budget", "'$5,000 - $15,000'"), "SELECT budget_range || ' ' || (budget_cents IS NULL) FROM leads WHERE id = 122", "$5,000 - $15,000 1"),
        ("budget-text", "leads", Lead(123, "budget", "'not much'"), "SELECT budget_range FROM leads WHERE id = 123", "not much"),
        ("budget-text", "leads", Lead(124, "budget", "-500.0"), "SELECT budget_range || coalesce(budget_cents, '') FROM leads WHERE id = 124", "-500"),
        ("money-unreadable", "leads", Lead(125, "value", "'a lot'"), "SELECT value || ' ' || (SELECT instr(summary, 'value: a lot') > 0 FROM activities WHERE kind = 'note' AND lead_id = 125) FROM leads WHERE id = 125", "0.0 1"),
        ("money-negative", "deals", Deal(126, "amount", "-12.5"), "SELECT amount_cents FROM deals WHERE id = 126", "0"),
        ("money-too-large", "deals", Deal(127, "amount", "9e18"), "SELECT amount_cents FROM deals WHERE id = 127", "0"),
        ("money-rounded", "deals", Deal(128, "amount", "10.005"), "SELECT amount_cents FROM deals WHERE id = 128", "1001"),
        ("time-iso", "leads", Lead(129, "created_at", "'2024-01-03T13:31:00.250Z'"), "SELECT created_at FROM leads WHERE id = 129", "2024-01-03 13:31:00.25"),
        ("time-unreadable", "leads", Lead(130, "created_at", "'yesterday'"), "SELECT created_at || ' ' || (SELECT instr(summary, 'created_at: yesterday') > 0 FROM activities WHERE kind = 'note' AND lead_id = 130) FROM leads WHERE id = 130", "2024-01-03 13:31:00.25 1"),
        ("time-missing", "leads", Lead(131, "updated_at", "NULL"), "SELECT updated_at = created_at FROM leads WHERE id = 131", "1"),
        ("time-in-future", "leads", Lead(132, "created_at", "'2031-01-01 00:00:00'"), "SELECT created_at FROM leads WHERE id = 132", "2031-01-01 00:00:00"),
        ("day-unreadable", "deals", Deal(133, "expected_close_date", "'soon'"), "SELECT expected_close_date FROM deals WHERE id = 133", "-"),
        ("lead-gone", "clients", Client(134, "lead_id", "8888"), "SELECT lead_id IS NULL AND (SELECT instr(summary, 'lead_id: 8888') > 0 FROM activities WHERE kind = 'note' AND client_id = 134) FROM clients WHERE id = 134", "1"),
        ("client-gone", "deals", Deal(135, "client_id", "8888"), "SELECT client_id FROM deals WHERE id = 135", "-"),
        ("deal-without-client", "deals", Deal(136, "client_id", "NULL"), "SELECT count(*) FROM deals WHERE id = 136 AND client_id IS NULL", "1"),
        ("probability-range", "deals", Deal(137, "probability", "250") + Deal(138, "probability", "-3"), "SELECT group_concat(probability) FROM deals WHERE id IN (137, 138)", "100,0"),
        ("probability-unreadable", "deals", Deal(139, "probability", "'likely'"), "SELECT probability FROM deals WHERE id = 139", "30"),
        ("closed-without-day", "deals", Deal(140, "status", "'closed_lost'"), "SELECT actual_close_date || ' ' || lost_reason FROM deals WHERE id = 140", "2024-05-01 Not recorded"),
        ("open-with-day", "deals", Deal(141, "actual_close_date", "'2024-02-02'"), "SELECT actual_close_date FROM deals WHERE id = 141", "-"),
        ("lost-without-reason", "leads", Lead(142, "status", "'lost'"), "SELECT lost_reason FROM leads WHERE id = 142", "Not recorded"),
        ("value-elsewhere", "clients", Client(143, "total_value", "9800.25") + Deal(143, "status", "'closed_won'", client: 143, amount: 800.2), "SELECT total_value_cents || ' ' || elsewhere_cents FROM clients WHERE id = 143", "980025 900005"),
        ("value-below-deals", "clients", Client(144, "total_value", "0") + Deal(144, "status", "'closed_won'", client: 144, amount: 12000.99), "SELECT total_value_cents || ' ' || elsewhere_cents FROM clients WHERE id = 144", "0 -1200099"),
        ("assigned-text", "leads", Lead(145, "assigned_to", "'Karson'"), "SELECT assigned_to || coalesce(owner_id, '') FROM leads WHERE id = 145", "Karson"),
        ("event-missing", "analytics_events", "INSERT INTO analytics_events (id, event_type) VALUES (146, '');", "SELECT event_type FROM analytics_events WHERE id = 146", "custom"),
        ("address-unknown", "analytics_events", "INSERT INTO analytics_events (id, event_type, ip_address) VALUES (147, 'x', 'unknown');", "SELECT ip_address FROM analytics_events WHERE id = 147", "-"),
        ("address-strange", "security_logs", "INSERT INTO security_logs (id, event_type, ip_address) VALUES (148, 'x', '10.0.0.999');", "SELECT ip_address FROM security_logs WHERE id = 148", "10.0.0.999"),
        ("details-not-json", "security_logs", "INSERT INTO security_logs (id, event_type, details) VALUES (149, 'x', '{not json');", "SELECT details FROM security_logs WHERE id = 149", "{not json"),
        ("severity-unknown", "security_logs", "INSERT INTO security_logs (id, event_type, severity) VALUES (150, 'x', 'Serious');", "SELECT severity FROM security_logs WHERE id = 150", "serious"),
        ("user-number", "security_logs", "INSERT INTO security_logs (id, event_type, user_id) VALUES (151, 'x', '2');", "SELECT user_id FROM security_logs WHERE id = 151", "older system 2"),
        ("column-new", "leads", "", "SELECT 1", "1"),
        ("table-new", "invoices", "", "SELECT 1", "1"),
    ];

    public static TheoryData<string, string, string, string> Cases { get; } = [.. All.Select(c => (c.Rule, c.Table, c.Question, c.Answer))];

    [Theory, MemberData(nameof(Cases))]
    public void ItIsCarriedByItsRule(string rule, string table, string question, string answer)
    {
        Assert.Equal([answer], dirt.Legacy.Ask(question));
        Assert.True(dirt.Report.CountOf(table, rule) > 0, $"The report doesn't tell of {rule} in {table}.");
    }

    [Fact]
    public async Task TheDirtiestFileIsWhole() => await AdoptionTests.AssertWholeAsync(dirt.Legacy);

    /// <summary>Those about what is missing, and about people who have accounts, have tests of their own.</summary>
    [Fact]
    public void EveryRuleHasACaseAndStandsInTheDocumentation()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "KpsCrm.sln")))
            folder = folder.Parent;
        var page = File.ReadAllText(Path.Combine(folder.FullName, "docs", "adoption.md"));

        Assert.Empty(AdoptionRule.All.Select(r => r.Key).Except(All.Select(c => c.Rule)).Except(["assigned-matched", "column-missing", "table-missing"]));
        Assert.Empty(AdoptionRule.All.Where(r => !page.Contains($"`{r.Key}`")).Select(r => r.Key));
    }

    private static string Lead(int id, string column = "city", string value = "NULL") => Row("leads", new() { ["id"] = $"{id}", ["name"] = $"'Lead {id}'", ["email"] = $"'lead{id}@example.com'", ["created_at"] = "'2024-01-03 13:31:00.250'", ["updated_at"] = "'2024-01-04 08:00:00'", [column] = value });

    private static string Client(int id, string column, string value) => Row("clients", new() { ["id"] = $"{id}", ["name"] = $"'Client {id}'", ["email"] = $"'client{id}@example.com'", ["joined_at"] = "'2024-02-01 08:00:00'", [column] = value });

    private static string Deal(int id, string column, string value, int client = 100, double amount = 100) =>
        Row("deals", new() { ["id"] = $"{id}", ["client_id"] = $"{client}", ["title"] = $"'Deal {id}'", ["amount"] = FormattableString.Invariant($"{amount}"), ["created_at"] = "'2024-04-01 08:00:00'", ["updated_at"] = "'2024-05-02 02:00:00'", [column] = value });

    private static string Row(string table, Dictionary<string, string> values) => $"INSERT INTO {table} ({string.Join(", ", values.Keys)}) VALUES ({string.Join(", ", values.Values)});";

    public sealed class AdoptedDirt : IAsyncLifetime
    {
        internal LegacyDatabase Legacy { get; } = new();

        public AdoptionReport Report { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            Legacy.Run("ALTER TABLE leads ADD COLUMN linkedin TEXT; CREATE TABLE invoices (number TEXT); INSERT INTO invoices VALUES ('R-1'); INSERT INTO leads (id, name, email, linkedin) VALUES (9000, 'Linked', 'l@x.com', 'in/l');"
                + Client(100, "status", "'active'"));
            Legacy.Run(string.Join(";\n", All.Select(c => c.Setup)));
            Report = (await Legacy.AdoptAsync()).Report!;
        }

        public ValueTask DisposeAsync()
        {
            Legacy.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
