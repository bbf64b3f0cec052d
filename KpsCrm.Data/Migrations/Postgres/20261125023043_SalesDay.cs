using System;
using Microsoft.EntityFrameworkCore.Migrations;
using Npgsql.EntityFrameworkCore.PostgreSQL.Metadata;

#nullable disable

namespace KpsCrm.Data.Migrations.Postgres
{
    /// <inheritdoc />
    public partial class SalesDay : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropCheckConstraint(
                name: "ck_outgoing_mails_kind",
                table: "outgoing_mails");

            migrationBuilder.DropIndex(
                name: "ix_leads_created_at_value_cents",
                table: "leads");

            migrationBuilder.DropIndex(
                name: "ix_leads_source_city_created_at",
                table: "leads");

            migrationBuilder.DropIndex(
                name: "ix_leads_status_rank",
                table: "leads");

            migrationBuilder.DropIndex(
                name: "ix_deals_created_at_amount_cents",
                table: "deals");

            migrationBuilder.DropIndex(
                name: "ix_deals_status_actual_close_date_amount_cents_probability",
                table: "deals");

            migrationBuilder.DropIndex(
                name: "ix_deals_status_rank",
                table: "deals");

            migrationBuilder.DropIndex(
                name: "ix_clients_status_joined_at",
                table: "clients");

            migrationBuilder.DropIndex(
                name: "ix_activities_client_id",
                table: "activities");

            migrationBuilder.DropIndex(
                name: "ix_activities_deal_id",
                table: "activities");

            migrationBuilder.DropIndex(
                name: "ix_activities_lead_id",
                table: "activities");

            migrationBuilder.DropCheckConstraint(
                name: "ck_activities_kind",
                table: "activities");

            migrationBuilder.AddColumn<int>(
                name: "bell_off",
                table: "users",
                type: "integer",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<int>(
                name: "mail_on",
                table: "users",
                type: "integer",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<int>(
                name: "notification_id",
                table: "outgoing_mails",
                type: "integer",
                nullable: true);

            migrationBuilder.AddColumn<DateTime>(
                name: "answered_at",
                table: "leads",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.AddColumn<DateTime>(
                name: "deleted_at",
                table: "leads",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "deleted_by_id",
                table: "leads",
                type: "integer",
                nullable: true);

            migrationBuilder.AddColumn<DateTime>(
                name: "deleted_at",
                table: "deals",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "deleted_by_id",
                table: "deals",
                type: "integer",
                nullable: true);

            migrationBuilder.AddColumn<DateTime>(
                name: "deleted_at",
                table: "clients",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "deleted_by_id",
                table: "clients",
                type: "integer",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "replaces_id",
                table: "activities",
                type: "integer",
                nullable: true);

            migrationBuilder.CreateTable(
                name: "attachments",
                columns: table => new
                {
                    id = table.Column<int>(type: "integer", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    lead_id = table.Column<int>(type: "integer", nullable: true),
                    client_id = table.Column<int>(type: "integer", nullable: true),
                    deal_id = table.Column<int>(type: "integer", nullable: true),
                    name = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: false),
                    content_type = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: false),
                    bytes = table.Column<long>(type: "bigint", nullable: false),
                    sha256 = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    stored_as = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: false),
                    added_by_id = table.Column<int>(type: "integer", nullable: true),
                    added_by_name = table.Column<string>(type: "text", nullable: false),
                    added_at = table.Column<DateTime>(type: "timestamp with time zone", nullable: false, defaultValueSql: "CURRENT_TIMESTAMP"),
                    deleted_at = table.Column<DateTime>(type: "timestamp with time zone", nullable: true),
                    deleted_by_id = table.Column<int>(type: "integer", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_attachments", x => x.id);
                    table.CheckConstraint("ck_attachments_bytes", "bytes > 0");
                    table.ForeignKey(
                        name: "fk_attachments_clients_client_id",
                        column: x => x.client_id,
                        principalTable: "clients",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                    table.ForeignKey(
                        name: "fk_attachments_deals_deal_id",
                        column: x => x.deal_id,
                        principalTable: "deals",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                    table.ForeignKey(
                        name: "fk_attachments_leads_lead_id",
                        column: x => x.lead_id,
                        principalTable: "leads",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "saved_views",
                columns: table => new
                {
                    id = table.Column<int>(type: "integer", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    list = table.Column<string>(type: "character varying(20)", maxLength: 20, nullable: false),
                    name = table.Column<string>(type: "character varying(80)", maxLength: 80, nullable: false),
                    query = table.Column<string>(type: "character varying(2000)", maxLength: 2000, nullable: false),
                    owner_id = table.Column<int>(type: "integer", nullable: false),
                    is_shared = table.Column<bool>(type: "boolean", nullable: false),
                    updated_at = table.Column<DateTime>(type: "timestamp with time zone", nullable: false, defaultValueSql: "CURRENT_TIMESTAMP"),
                    version = table.Column<int>(type: "integer", nullable: false, defaultValue: 1)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_saved_views", x => x.id);
                    table.CheckConstraint("ck_saved_views_name", "length(name) > 0");
                    table.ForeignKey(
                        name: "fk_saved_views_users_owner_id",
                        column: x => x.owner_id,
                        principalTable: "users",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "settings",
                columns: table => new
                {
                    key = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: false),
                    value = table.Column<string>(type: "text", nullable: false),
                    updated_at = table.Column<DateTime>(type: "timestamp with time zone", nullable: false, defaultValueSql: "CURRENT_TIMESTAMP"),
                    updated_by_id = table.Column<int>(type: "integer", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_settings", x => x.key);
                });

            migrationBuilder.CreateTable(
                name: "tasks",
                columns: table => new
                {
                    id = table.Column<int>(type: "integer", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    kind = table.Column<string>(type: "text", nullable: false, defaultValue: "to_do"),
                    title = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: false),
                    note = table.Column<string>(type: "character varying(2000)", maxLength: 2000, nullable: true),
                    due_on = table.Column<DateOnly>(type: "date", nullable: false),
                    due_at = table.Column<TimeOnly>(type: "time without time zone", nullable: true),
                    owner_id = table.Column<int>(type: "integer", nullable: true),
                    lead_id = table.Column<int>(type: "integer", nullable: true),
                    client_id = table.Column<int>(type: "integer", nullable: true),
                    deal_id = table.Column<int>(type: "integer", nullable: true),
                    remind_at = table.Column<DateTime>(type: "timestamp with time zone", nullable: true),
                    remind_by_mail = table.Column<bool>(type: "boolean", nullable: false),
                    reminded_at = table.Column<DateTime>(type: "timestamp with time zone", nullable: true),
                    done_at = table.Column<DateTime>(type: "timestamp with time zone", nullable: true),
                    done_by_id = table.Column<int>(type: "integer", nullable: true),
                    created_by_id = table.Column<int>(type: "integer", nullable: true),
                    created_at = table.Column<DateTime>(type: "timestamp with time zone", nullable: false, defaultValueSql: "CURRENT_TIMESTAMP"),
                    updated_at = table.Column<DateTime>(type: "timestamp with time zone", nullable: false, defaultValueSql: "CURRENT_TIMESTAMP"),
                    version = table.Column<int>(type: "integer", nullable: false, defaultValue: 1),
                    deleted_at = table.Column<DateTime>(type: "timestamp with time zone", nullable: true),
                    deleted_by_id = table.Column<int>(type: "integer", nullable: true),
                    is_sample = table.Column<bool>(type: "boolean", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_tasks", x => x.id);
                    table.CheckConstraint("ck_tasks_kind", "kind IN ('to_do', 'call', 'mail', 'meeting')");
                    table.CheckConstraint("ck_tasks_title", "length(title) > 0");
                    table.ForeignKey(
                        name: "fk_tasks_clients_client_id",
                        column: x => x.client_id,
                        principalTable: "clients",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                    table.ForeignKey(
                        name: "fk_tasks_deals_deal_id",
                        column: x => x.deal_id,
                        principalTable: "deals",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                    table.ForeignKey(
                        name: "fk_tasks_leads_lead_id",
                        column: x => x.lead_id,
                        principalTable: "leads",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                    table.ForeignKey(
                        name: "fk_tasks_users_owner_id",
                        column: x => x.owner_id,
                        principalTable: "users",
                        principalColumn: "id",
                        onDelete: ReferentialAction.SetNull);
                });

            migrationBuilder.CreateTable(
                name: "default_views",
                columns: table => new
                {
                    user_id = table.Column<int>(type: "integer", nullable: false),
                    list = table.Column<string>(type: "character varying(20)", maxLength: 20, nullable: false),
                    saved_view_id = table.Column<int>(type: "integer", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_default_views", x => new { x.user_id, x.list });
                    table.ForeignKey(
                        name: "fk_default_views_saved_views_saved_view_id",
                        column: x => x.saved_view_id,
                        principalTable: "saved_views",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                    table.ForeignKey(
                        name: "fk_default_views_users_user_id",
                        column: x => x.user_id,
                        principalTable: "users",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "notifications",
                columns: table => new
                {
                    id = table.Column<int>(type: "integer", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    user_id = table.Column<int>(type: "integer", nullable: false),
                    kind = table.Column<string>(type: "text", nullable: false),
                    text = table.Column<string>(type: "character varying(300)", maxLength: 300, nullable: false),
                    lead_id = table.Column<int>(type: "integer", nullable: true),
                    client_id = table.Column<int>(type: "integer", nullable: true),
                    deal_id = table.Column<int>(type: "integer", nullable: true),
                    task_id = table.Column<int>(type: "integer", nullable: true),
                    key = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: true),
                    at = table.Column<DateTime>(type: "timestamp with time zone", nullable: false, defaultValueSql: "CURRENT_TIMESTAMP"),
                    read_at = table.Column<DateTime>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_notifications", x => x.id);
                    table.CheckConstraint("ck_notifications_kind", "kind IN ('none', 'assigned', 'mentioned', 'reminder', 'waiting')");
                    table.ForeignKey(
                        name: "fk_notifications_clients_client_id",
                        column: x => x.client_id,
                        principalTable: "clients",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                    table.ForeignKey(
                        name: "fk_notifications_deals_deal_id",
                        column: x => x.deal_id,
                        principalTable: "deals",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                    table.ForeignKey(
                        name: "fk_notifications_leads_lead_id",
                        column: x => x.lead_id,
                        principalTable: "leads",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                    table.ForeignKey(
                        name: "fk_notifications_tasks_task_id",
                        column: x => x.task_id,
                        principalTable: "tasks",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                    table.ForeignKey(
                        name: "fk_notifications_users_user_id",
                        column: x => x.user_id,
                        principalTable: "users",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(
                name: "ix_outgoing_mails_notification_id",
                table: "outgoing_mails",
                column: "notification_id");

            migrationBuilder.AddCheckConstraint(
                name: "ck_outgoing_mails_kind",
                table: "outgoing_mails",
                sql: "kind IN ('sales_notification', 'auto_reply', 'notice')");

            migrationBuilder.CreateIndex(
                name: "ix_leads_created_at_value_cents_deleted_at",
                table: "leads",
                columns: new[] { "created_at", "value_cents", "deleted_at" },
                filter: "deleted_at IS NULL");

            migrationBuilder.CreateIndex(
                name: "ix_leads_deleted_at",
                table: "leads",
                column: "deleted_at",
                filter: "deleted_at IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "ix_leads_source_city_created_at_deleted_at",
                table: "leads",
                columns: new[] { "source", "city", "created_at", "deleted_at" },
                filter: "deleted_at IS NULL");

            migrationBuilder.CreateIndex(
                name: "ix_leads_status_rank",
                table: "leads",
                columns: new[] { "status", "rank" },
                filter: "deleted_at IS NULL");

            migrationBuilder.CreateIndex(
                name: "ix_leads_status_value_cents_deleted_at",
                table: "leads",
                columns: new[] { "status", "value_cents", "deleted_at" },
                filter: "deleted_at IS NULL");

            migrationBuilder.CreateIndex(
                name: "ix_leads_waiting",
                table: "leads",
                columns: new[] { "created_at", "owner_id" },
                filter: "status = 'new' AND answered_at IS NULL AND deleted_at IS NULL");

            migrationBuilder.CreateIndex(
                name: "ix_deals_created_at_amount_cents_deleted_at",
                table: "deals",
                columns: new[] { "created_at", "amount_cents", "deleted_at" },
                filter: "deleted_at IS NULL");

            migrationBuilder.CreateIndex(
                name: "ix_deals_deleted_at",
                table: "deals",
                column: "deleted_at",
                filter: "deleted_at IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "ix_deals_status_rank",
                table: "deals",
                columns: new[] { "status", "rank" },
                filter: "deleted_at IS NULL");

            migrationBuilder.CreateIndex(
                name: "ix_deals_totals",
                table: "deals",
                columns: new[] { "status", "actual_close_date", "amount_cents", "probability", "deleted_at" },
                filter: "deleted_at IS NULL");

            migrationBuilder.CreateIndex(
                name: "ix_clients_deleted_at",
                table: "clients",
                column: "deleted_at",
                filter: "deleted_at IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "ix_clients_status_joined_at_deleted_at",
                table: "clients",
                columns: new[] { "status", "joined_at", "deleted_at" },
                filter: "deleted_at IS NULL");

            migrationBuilder.CreateIndex(
                name: "ix_activities_client_id_at",
                table: "activities",
                columns: new[] { "client_id", "at" },
                filter: "client_id IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "ix_activities_deal_id_at",
                table: "activities",
                columns: new[] { "deal_id", "at" },
                filter: "deal_id IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "ix_activities_lead_id_at",
                table: "activities",
                columns: new[] { "lead_id", "at" },
                filter: "lead_id IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "ix_activities_replaces_id",
                table: "activities",
                column: "replaces_id",
                filter: "replaces_id IS NOT NULL");

            migrationBuilder.AddCheckConstraint(
                name: "ck_activities_kind",
                table: "activities",
                sql: "kind IN ('created', 'enquiry', 'moved', 'edited', 'converted', 'mail', 'note', 'call', 'task', 'file', 'deleted', 'restored')");

            migrationBuilder.CreateIndex(
                name: "ix_attachments_client_id",
                table: "attachments",
                column: "client_id",
                filter: "client_id IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "ix_attachments_deal_id",
                table: "attachments",
                column: "deal_id",
                filter: "deal_id IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "ix_attachments_lead_id",
                table: "attachments",
                column: "lead_id",
                filter: "lead_id IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "ix_attachments_stored_as",
                table: "attachments",
                column: "stored_as",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_default_views_saved_view_id",
                table: "default_views",
                column: "saved_view_id");

            migrationBuilder.CreateIndex(
                name: "ix_notifications_client_id",
                table: "notifications",
                column: "client_id",
                filter: "client_id IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "ix_notifications_deal_id",
                table: "notifications",
                column: "deal_id",
                filter: "deal_id IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "ix_notifications_lead_id",
                table: "notifications",
                column: "lead_id",
                filter: "lead_id IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "ix_notifications_task_id",
                table: "notifications",
                column: "task_id",
                filter: "task_id IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "ix_notifications_unread",
                table: "notifications",
                column: "user_id",
                filter: "read_at IS NULL");

            migrationBuilder.CreateIndex(
                name: "ix_notifications_user_id_at",
                table: "notifications",
                columns: new[] { "user_id", "at" });

            migrationBuilder.CreateIndex(
                name: "ix_notifications_user_id_key",
                table: "notifications",
                columns: new[] { "user_id", "key" },
                unique: true,
                filter: "key IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "ix_saved_views_owner_id_list_name",
                table: "saved_views",
                columns: new[] { "owner_id", "list", "name" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_tasks_client_id_due_on",
                table: "tasks",
                columns: new[] { "client_id", "due_on" },
                filter: "client_id IS NOT NULL AND done_at IS NULL AND deleted_at IS NULL");

            migrationBuilder.CreateIndex(
                name: "ix_tasks_deal_id_due_on",
                table: "tasks",
                columns: new[] { "deal_id", "due_on" },
                filter: "deal_id IS NOT NULL AND done_at IS NULL AND deleted_at IS NULL");

            migrationBuilder.CreateIndex(
                name: "ix_tasks_deleted_at",
                table: "tasks",
                column: "deleted_at",
                filter: "deleted_at IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "ix_tasks_done_at",
                table: "tasks",
                column: "done_at",
                filter: "done_at IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "ix_tasks_due_on",
                table: "tasks",
                column: "due_on",
                filter: "done_at IS NULL AND deleted_at IS NULL");

            migrationBuilder.CreateIndex(
                name: "ix_tasks_lead_id_due_on",
                table: "tasks",
                columns: new[] { "lead_id", "due_on" },
                filter: "lead_id IS NOT NULL AND done_at IS NULL AND deleted_at IS NULL");

            migrationBuilder.CreateIndex(
                name: "ix_tasks_owner_id_due_on",
                table: "tasks",
                columns: new[] { "owner_id", "due_on" },
                filter: "done_at IS NULL AND deleted_at IS NULL");

            migrationBuilder.CreateIndex(
                name: "ix_tasks_remind_at",
                table: "tasks",
                column: "remind_at",
                filter: "remind_at IS NOT NULL AND reminded_at IS NULL AND done_at IS NULL AND deleted_at IS NULL");

            migrationBuilder.AddForeignKey(
                name: "fk_activities_activities_replaces_id",
                table: "activities",
                column: "replaces_id",
                principalTable: "activities",
                principalColumn: "id",
                onDelete: ReferentialAction.Cascade);

            migrationBuilder.AddForeignKey(
                name: "fk_outgoing_mails_notifications_notification_id",
                table: "outgoing_mails",
                column: "notification_id",
                principalTable: "notifications",
                principalColumn: "id",
                onDelete: ReferentialAction.Cascade);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropForeignKey(
                name: "fk_activities_activities_replaces_id",
                table: "activities");

            migrationBuilder.DropForeignKey(
                name: "fk_outgoing_mails_notifications_notification_id",
                table: "outgoing_mails");

            migrationBuilder.DropTable(
                name: "attachments");

            migrationBuilder.DropTable(
                name: "default_views");

            migrationBuilder.DropTable(
                name: "notifications");

            migrationBuilder.DropTable(
                name: "settings");

            migrationBuilder.DropTable(
                name: "saved_views");

            migrationBuilder.DropTable(
                name: "tasks");

            migrationBuilder.DropIndex(
                name: "ix_outgoing_mails_notification_id",
                table: "outgoing_mails");

            migrationBuilder.DropCheckConstraint(
                name: "ck_outgoing_mails_kind",
                table: "outgoing_mails");

            migrationBuilder.DropIndex(
                name: "ix_leads_created_at_value_cents_deleted_at",
                table: "leads");

            migrationBuilder.DropIndex(
                name: "ix_leads_deleted_at",
                table: "leads");

            migrationBuilder.DropIndex(
                name: "ix_leads_source_city_created_at_deleted_at",
                table: "leads");

            migrationBuilder.DropIndex(
                name: "ix_leads_status_rank",
                table: "leads");

            migrationBuilder.DropIndex(
                name: "ix_leads_status_value_cents_deleted_at",
                table: "leads");

            migrationBuilder.DropIndex(
                name: "ix_leads_waiting",
                table: "leads");

            migrationBuilder.DropIndex(
                name: "ix_deals_created_at_amount_cents_deleted_at",
                table: "deals");

            migrationBuilder.DropIndex(
                name: "ix_deals_deleted_at",
                table: "deals");

            migrationBuilder.DropIndex(
                name: "ix_deals_status_rank",
                table: "deals");

            migrationBuilder.DropIndex(
                name: "ix_deals_totals",
                table: "deals");

            migrationBuilder.DropIndex(
                name: "ix_clients_deleted_at",
                table: "clients");

            migrationBuilder.DropIndex(
                name: "ix_clients_status_joined_at_deleted_at",
                table: "clients");

            migrationBuilder.DropIndex(
                name: "ix_activities_client_id_at",
                table: "activities");

            migrationBuilder.DropIndex(
                name: "ix_activities_deal_id_at",
                table: "activities");

            migrationBuilder.DropIndex(
                name: "ix_activities_lead_id_at",
                table: "activities");

            migrationBuilder.DropIndex(
                name: "ix_activities_replaces_id",
                table: "activities");

            migrationBuilder.DropCheckConstraint(
                name: "ck_activities_kind",
                table: "activities");

            migrationBuilder.DropColumn(
                name: "bell_off",
                table: "users");

            migrationBuilder.DropColumn(
                name: "mail_on",
                table: "users");

            migrationBuilder.DropColumn(
                name: "notification_id",
                table: "outgoing_mails");

            migrationBuilder.DropColumn(
                name: "answered_at",
                table: "leads");

            migrationBuilder.DropColumn(
                name: "deleted_at",
                table: "leads");

            migrationBuilder.DropColumn(
                name: "deleted_by_id",
                table: "leads");

            migrationBuilder.DropColumn(
                name: "deleted_at",
                table: "deals");

            migrationBuilder.DropColumn(
                name: "deleted_by_id",
                table: "deals");

            migrationBuilder.DropColumn(
                name: "deleted_at",
                table: "clients");

            migrationBuilder.DropColumn(
                name: "deleted_by_id",
                table: "clients");

            migrationBuilder.DropColumn(
                name: "replaces_id",
                table: "activities");

            migrationBuilder.AddCheckConstraint(
                name: "ck_outgoing_mails_kind",
                table: "outgoing_mails",
                sql: "kind IN ('sales_notification', 'auto_reply')");

            migrationBuilder.CreateIndex(
                name: "ix_leads_created_at_value_cents",
                table: "leads",
                columns: new[] { "created_at", "value_cents" });

            migrationBuilder.CreateIndex(
                name: "ix_leads_source_city_created_at",
                table: "leads",
                columns: new[] { "source", "city", "created_at" });

            migrationBuilder.CreateIndex(
                name: "ix_leads_status_rank",
                table: "leads",
                columns: new[] { "status", "rank" });

            migrationBuilder.CreateIndex(
                name: "ix_deals_created_at_amount_cents",
                table: "deals",
                columns: new[] { "created_at", "amount_cents" });

            migrationBuilder.CreateIndex(
                name: "ix_deals_status_actual_close_date_amount_cents_probability",
                table: "deals",
                columns: new[] { "status", "actual_close_date", "amount_cents", "probability" });

            migrationBuilder.CreateIndex(
                name: "ix_deals_status_rank",
                table: "deals",
                columns: new[] { "status", "rank" });

            migrationBuilder.CreateIndex(
                name: "ix_clients_status_joined_at",
                table: "clients",
                columns: new[] { "status", "joined_at" });

            migrationBuilder.CreateIndex(
                name: "ix_activities_client_id",
                table: "activities",
                column: "client_id",
                filter: "client_id IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "ix_activities_deal_id",
                table: "activities",
                column: "deal_id",
                filter: "deal_id IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "ix_activities_lead_id",
                table: "activities",
                column: "lead_id",
                filter: "lead_id IS NOT NULL");

            migrationBuilder.AddCheckConstraint(
                name: "ck_activities_kind",
                table: "activities",
                sql: "kind IN ('created', 'enquiry', 'moved', 'edited', 'converted', 'mail', 'note', 'call')");
        }
    }
}
