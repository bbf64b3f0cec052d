using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace KpsCrm.Data.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class Audit : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropCheckConstraint(
                name: "ck_notifications_kind",
                table: "notifications");

            migrationBuilder.AddColumn<string>(
                name: "hash",
                table: "security_logs",
                type: "TEXT",
                maxLength: 64,
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "seq",
                table: "security_logs",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "subject",
                table: "security_logs",
                type: "TEXT",
                maxLength: 300,
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "user_name",
                table: "security_logs",
                type: "TEXT",
                nullable: true);

            migrationBuilder.CreateTable(
                name: "security_chain",
                columns: table => new
                {
                    id = table.Column<int>(type: "INTEGER", nullable: false),
                    started_at = table.Column<DateTime>(type: "TEXT", nullable: false),
                    old_rows = table.Column<int>(type: "INTEGER", nullable: false),
                    old_up_to = table.Column<int>(type: "INTEGER", nullable: false),
                    old_hash = table.Column<string>(type: "TEXT", nullable: false),
                    nonce = table.Column<string>(type: "TEXT", nullable: false),
                    genesis = table.Column<string>(type: "TEXT", nullable: false),
                    seq = table.Column<long>(type: "INTEGER", nullable: false),
                    hash = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_security_chain", x => x.id);
                    table.CheckConstraint("ck_security_chain_one", "id = 1");
                });

            migrationBuilder.CreateIndex(
                name: "ix_security_logs_ip_address_created_at",
                table: "security_logs",
                columns: new[] { "ip_address", "created_at" },
                filter: "ip_address IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "ix_security_logs_seq",
                table: "security_logs",
                column: "seq",
                unique: true,
                filter: "seq IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "ix_security_logs_severity_created_at",
                table: "security_logs",
                columns: new[] { "severity", "created_at" },
                filter: "severity <> 'info'");

            migrationBuilder.CreateIndex(
                name: "ix_security_logs_subject_created_at",
                table: "security_logs",
                columns: new[] { "subject", "created_at" },
                filter: "subject IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "ix_security_logs_user_id_created_at",
                table: "security_logs",
                columns: new[] { "user_id", "created_at" },
                filter: "user_id IS NOT NULL");

            migrationBuilder.AddCheckConstraint(
                name: "ck_notifications_kind",
                table: "notifications",
                sql: "kind IN ('none', 'assigned', 'mentioned', 'reminder', 'waiting', 'suspicious')");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "security_chain");

            migrationBuilder.DropIndex(
                name: "ix_security_logs_ip_address_created_at",
                table: "security_logs");

            migrationBuilder.DropIndex(
                name: "ix_security_logs_seq",
                table: "security_logs");

            migrationBuilder.DropIndex(
                name: "ix_security_logs_severity_created_at",
                table: "security_logs");

            migrationBuilder.DropIndex(
                name: "ix_security_logs_subject_created_at",
                table: "security_logs");

            migrationBuilder.DropIndex(
                name: "ix_security_logs_user_id_created_at",
                table: "security_logs");

            migrationBuilder.DropCheckConstraint(
                name: "ck_notifications_kind",
                table: "notifications");

            migrationBuilder.DropColumn(
                name: "hash",
                table: "security_logs");

            migrationBuilder.DropColumn(
                name: "seq",
                table: "security_logs");

            migrationBuilder.DropColumn(
                name: "subject",
                table: "security_logs");

            migrationBuilder.DropColumn(
                name: "user_name",
                table: "security_logs");

            migrationBuilder.AddCheckConstraint(
                name: "ck_notifications_kind",
                table: "notifications",
                sql: "kind IN ('none', 'assigned', 'mentioned', 'reminder', 'waiting')");
        }
    }
}
