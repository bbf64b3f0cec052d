using Microsoft.Data.Sqlite;

namespace KpsCrm.Bench;

/// <summary>Fills a database with plausible rows, fast and always the same.</summary>
public static class Rows
{
    public static void Fill(string path, int leads, int deals)
    {
        using var file = new SqliteConnection($"Data Source={path};Pooling=False");
        file.Open();
        using var transaction = file.BeginTransaction();
        Run($"""
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {leads})
            INSERT INTO leads (name, email, phone, company, service, status, source, value_cents, city, state, rank, created_at, updated_at, last_activity_at, owner_id)
            SELECT 'Person ' || i, 'person' || i || '@example.com', '+1214555' || printf('%04d', i % 10000), 'Company ' || (i % 997),
                CASE i % 4 WHEN 0 THEN 'Payroll Services' WHEN 1 THEN 'Monthly Bookkeeping' WHEN 2 THEN 'Tax Preparation' ELSE 'HR Services' END,
                CASE i % 10 WHEN 0 THEN 'contacted' WHEN 1 THEN 'qualified' WHEN 2 THEN 'proposal' WHEN 3 THEN 'negotiation' WHEN 4 THEN 'won' WHEN 5 THEN 'lost' ELSE 'new' END,
                CASE i % 6 WHEN 0 THEN 'google' WHEN 1 THEN 'referral' WHEN 2 THEN 'social_media' WHEN 3 THEN 'bing' ELSE 'website' END,
                (1 + i * 7919 % 40) * 50000, CASE i % 8 WHEN 0 THEN 'Austin' WHEN 1 THEN 'Houston' WHEN 2 THEN 'Plano' WHEN 3 THEN 'Irving' WHEN 4 THEN 'Fort Worth' ELSE 'Dallas' END, 'TX',
                'k' || printf('%08d', i) || 'i', datetime('now', '-' || (i * 7919 % 700) || ' days'), datetime('now'), datetime('now', '-' || (i % 40) || ' days'), 1 + i % 4
            FROM n
            """);
        Run($"""
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {Math.Max(1, deals / 4)})
            INSERT INTO clients (name, email, company, joined_at, updated_at, last_activity_at, owner_id)
            SELECT 'Client ' || i, 'client' || i || '@example.com', 'Company ' || i, datetime('now', '-' || (i * 31 % 700) || ' days'), datetime('now'), datetime('now'), 1 + i % 4 FROM n
            """);
        Run($"""
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {deals})
            INSERT INTO deals (client_id, title, amount_cents, status, probability, expected_close_date, actual_close_date, lost_reason, rank, created_at, updated_at, last_activity_at, stage_changed_at, owner_id)
            SELECT 1 + i % {Math.Max(1, deals / 4)}, 'Deal number ' || i, (1 + i * 7919 % 60) * 50000,
                CASE i % 10 WHEN 0 THEN 'negotiation' WHEN 1 THEN 'negotiation' WHEN 2 THEN 'review' WHEN 3 THEN 'closed_won' WHEN 4 THEN 'closed_won' WHEN 5 THEN 'closed_won' WHEN 6 THEN 'closed_lost' ELSE 'proposal' END,
                CASE i % 10 WHEN 0 THEN 60 WHEN 1 THEN 60 WHEN 2 THEN 80 WHEN 3 THEN 100 WHEN 4 THEN 100 WHEN 5 THEN 100 WHEN 6 THEN 0 ELSE 30 END,
                date('now', (i * 31 % 90 - 20) || ' days'),
                CASE WHEN i % 10 BETWEEN 3 AND 6 THEN date('now', '-' || (i * 7919 % 700) || ' days') END, CASE i % 10 WHEN 6 THEN 'Price' END,
                'k' || printf('%08d', i) || 'i', datetime('now', '-' || (i * 7919 % 700) || ' days'), datetime('now'), datetime('now', '-' || (i % 40) || ' days'), datetime('now', '-' || (i % 40) || ' days'), 1 + i % 4
            FROM n
            """);
        // Two of three open deals have a next step, and half of the talked-to leads; a third is done.
        Run($"""
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {deals})
            INSERT INTO tasks (kind, title, due_on, owner_id, deal_id, lead_id, remind_by_mail, is_sample, done_at, done_by_id, created_at, updated_at)
            SELECT CASE i % 3 WHEN 0 THEN 'call' WHEN 1 THEN 'mail' ELSE 'to_do' END, 'Task ' || i, date('now', (i * 31 % 120 - 20) || ' days'), 1 + i % 4,
                CASE WHEN i % 3 > 0 THEN i END, CASE WHEN i % 3 = 0 THEN 1 + i % {Math.Max(1, leads)} END, 0, 0, CASE i % 5 WHEN 0 THEN datetime('now', '-' || (i % 90) || ' days') END, CASE i % 5 WHEN 0 THEN 1 + i % 4 END,
                datetime('now', '-' || (i % 40) || ' days'), datetime('now')
            FROM n
            """);
        Run("UPDATE clients SET total_value_cents = elsewhere_cents + COALESCE((SELECT SUM(amount_cents) FROM deals WHERE client_id = clients.id AND status = 'closed_won'), 0)");
        transaction.Commit();

        void Run(string sql)
        {
            using var command = file.CreateCommand();
            command.CommandTimeout = 300;
            command.CommandText = sql;
            command.ExecuteNonQuery();
        }
    }
}
