using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace KpsCrm.Data.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class Users : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropCheckConstraint(
                name: "ck_outgoing_mails_kind",
                table: "outgoing_mails");

            migrationBuilder.AddColumn<DateTime>(
                name: "invited_at",
                table: "users",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "invited_by",
                table: "users",
                type: "TEXT",
                maxLength: 120,
                nullable: true);

            migrationBuilder.AddCheckConstraint(
                name: "ck_outgoing_mails_kind",
                table: "outgoing_mails",
                sql: "kind IN ('sales_notification', 'auto_reply', 'notice', 'password_reset', 'invitation')");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropCheckConstraint(
                name: "ck_outgoing_mails_kind",
                table: "outgoing_mails");

            migrationBuilder.DropColumn(
                name: "invited_at",
                table: "users");

            migrationBuilder.DropColumn(
                name: "invited_by",
                table: "users");

            migrationBuilder.AddCheckConstraint(
                name: "ck_outgoing_mails_kind",
                table: "outgoing_mails",
                sql: "kind IN ('sales_notification', 'auto_reply', 'notice', 'password_reset')");
        }
    }
}
