using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace KpsCrm.Data.Migrations.Postgres
{
    /// <inheritdoc />
    public partial class OwnerInTotals : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_leads_created_at_value_cents_deleted_at",
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
                name: "ix_deals_client_id",
                table: "deals");

            migrationBuilder.DropIndex(
                name: "ix_deals_created_at_amount_cents_deleted_at",
                table: "deals");

            migrationBuilder.DropIndex(
                name: "ix_deals_lead_id",
                table: "deals");

            migrationBuilder.DropIndex(
                name: "ix_deals_totals",
                table: "deals");

            migrationBuilder.DropIndex(
                name: "ix_clients_status_joined_at_deleted_at",
                table: "clients");

            migrationBuilder.CreateIndex(
                name: "ix_leads_board",
                table: "leads",
                columns: new[] { "status", "rank", "value_cents", "deleted_at", "owner_id" },
                filter: "deleted_at IS NULL");

            migrationBuilder.CreateIndex(
                name: "ix_leads_created_at_value_cents_deleted_at_owner_id",
                table: "leads",
                columns: new[] { "created_at", "value_cents", "deleted_at", "owner_id" },
                filter: "deleted_at IS NULL");

            migrationBuilder.CreateIndex(
                name: "ix_leads_source_city_created_at_deleted_at_owner_id",
                table: "leads",
                columns: new[] { "source", "city", "created_at", "deleted_at", "owner_id" },
                filter: "deleted_at IS NULL");

            migrationBuilder.CreateIndex(
                name: "ix_deals_client_id_owner_id_deleted_at",
                table: "deals",
                columns: new[] { "client_id", "owner_id", "deleted_at" });

            migrationBuilder.CreateIndex(
                name: "ix_deals_created_at_amount_cents_deleted_at_owner_id",
                table: "deals",
                columns: new[] { "created_at", "amount_cents", "deleted_at", "owner_id" },
                filter: "deleted_at IS NULL");

            migrationBuilder.CreateIndex(
                name: "ix_deals_lead_id_owner_id_deleted_at",
                table: "deals",
                columns: new[] { "lead_id", "owner_id", "deleted_at" });

            migrationBuilder.CreateIndex(
                name: "ix_deals_totals",
                table: "deals",
                columns: new[] { "status", "actual_close_date", "amount_cents", "probability", "deleted_at", "owner_id" },
                filter: "deleted_at IS NULL");

            migrationBuilder.CreateIndex(
                name: "ix_clients_status_joined_at_deleted_at_owner_id",
                table: "clients",
                columns: new[] { "status", "joined_at", "deleted_at", "owner_id" },
                filter: "deleted_at IS NULL");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_leads_board",
                table: "leads");

            migrationBuilder.DropIndex(
                name: "ix_leads_created_at_value_cents_deleted_at_owner_id",
                table: "leads");

            migrationBuilder.DropIndex(
                name: "ix_leads_source_city_created_at_deleted_at_owner_id",
                table: "leads");

            migrationBuilder.DropIndex(
                name: "ix_deals_client_id_owner_id_deleted_at",
                table: "deals");

            migrationBuilder.DropIndex(
                name: "ix_deals_created_at_amount_cents_deleted_at_owner_id",
                table: "deals");

            migrationBuilder.DropIndex(
                name: "ix_deals_lead_id_owner_id_deleted_at",
                table: "deals");

            migrationBuilder.DropIndex(
                name: "ix_deals_totals",
                table: "deals");

            migrationBuilder.DropIndex(
                name: "ix_clients_status_joined_at_deleted_at_owner_id",
                table: "clients");

            migrationBuilder.CreateIndex(
                name: "ix_leads_created_at_value_cents_deleted_at",
                table: "leads",
                columns: new[] { "created_at", "value_cents", "deleted_at" },
                filter: "deleted_at IS NULL");

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
                name: "ix_deals_client_id",
                table: "deals",
                column: "client_id");

            migrationBuilder.CreateIndex(
                name: "ix_deals_created_at_amount_cents_deleted_at",
                table: "deals",
                columns: new[] { "created_at", "amount_cents", "deleted_at" },
                filter: "deleted_at IS NULL");

            migrationBuilder.CreateIndex(
                name: "ix_deals_lead_id",
                table: "deals",
                column: "lead_id");

            migrationBuilder.CreateIndex(
                name: "ix_deals_totals",
                table: "deals",
                columns: new[] { "status", "actual_close_date", "amount_cents", "probability", "deleted_at" },
                filter: "deleted_at IS NULL");

            migrationBuilder.CreateIndex(
                name: "ix_clients_status_joined_at_deleted_at",
                table: "clients",
                columns: new[] { "status", "joined_at", "deleted_at" },
                filter: "deleted_at IS NULL");
        }
    }
}
