namespace KpsCrm.Data.Search;

/// <summary>
/// The indexes behind the lists' orders and their commonest filters, alike on both databases: what the migration ListIndexes makes, and never to be
/// changed. None that every enquiry would have to be entered in: an index of the leads' names or values costs a tenth of what taking one in costs.
/// </summary>
internal static class ListIndexes
{
    public const string Sql = """
        CREATE INDEX "ix_leads_owner_id_created_at" ON "leads" ("owner_id", "created_at") WHERE owner_id IS NOT NULL AND deleted_at IS NULL;

        CREATE INDEX "ix_clients_name" ON "clients" ("name") WHERE deleted_at IS NULL;

        CREATE INDEX "ix_clients_company" ON "clients" ("company") WHERE deleted_at IS NULL;

        CREATE INDEX "ix_clients_joined_at" ON "clients" ("joined_at", "total_value_cents") WHERE deleted_at IS NULL;

        CREATE INDEX "ix_clients_total_value_cents" ON "clients" ("total_value_cents") WHERE deleted_at IS NULL;

        CREATE INDEX "ix_clients_owner_id_joined_at" ON "clients" ("owner_id", "joined_at") WHERE owner_id IS NOT NULL AND deleted_at IS NULL;

        CREATE INDEX "ix_deals_title" ON "deals" ("title") WHERE deleted_at IS NULL;

        CREATE INDEX "ix_deals_amount_cents" ON "deals" ("amount_cents") WHERE deleted_at IS NULL;

        CREATE INDEX "ix_deals_probability" ON "deals" ("probability") WHERE deleted_at IS NULL;

        CREATE INDEX "ix_deals_expected" ON "deals" ("expected_close_date") WHERE deleted_at IS NULL;

        CREATE INDEX "ix_deals_closed" ON "deals" ("actual_close_date") WHERE deleted_at IS NULL;

        CREATE INDEX "ix_deals_last_activity_at" ON "deals" ("last_activity_at") WHERE deleted_at IS NULL;

        CREATE INDEX "ix_deals_owner_id_created_at" ON "deals" ("owner_id", "created_at") WHERE owner_id IS NOT NULL AND deleted_at IS NULL;
        """;

    /// <summary>"Mine, and still open": a person's own rows of one stage, in the list's own order. A visitor's enquiry has no owner, so taking one in costs nothing more.</summary>
    public const string OwnerStatusSql = """
        CREATE INDEX "ix_leads_owner_id_status_created_at" ON "leads" ("owner_id", "status", "created_at") WHERE owner_id IS NOT NULL AND deleted_at IS NULL;

        CREATE INDEX "ix_deals_owner_id_status_created_at" ON "deals" ("owner_id", "status", "created_at") WHERE owner_id IS NOT NULL AND deleted_at IS NULL;
        """;
}
