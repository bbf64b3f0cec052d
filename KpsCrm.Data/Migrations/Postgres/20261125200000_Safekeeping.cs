using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace KpsCrm.Data.Migrations.Postgres
{
    /// <inheritdoc />
    public partial class Safekeeping : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropCheckConstraint(
                name: "ck_notifications_kind",
                table: "notifications");

            migrationBuilder.AddCheckConstraint(
                name: "ck_notifications_kind",
                table: "notifications",
                sql: "kind IN ('none', 'assigned', 'mentioned', 'reminder', 'waiting', 'suspicious', 'backup', 'account')");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropCheckConstraint(
                name: "ck_notifications_kind",
                table: "notifications");

            migrationBuilder.AddCheckConstraint(
                name: "ck_notifications_kind",
                table: "notifications",
                sql: "kind IN ('none', 'assigned', 'mentioned', 'reminder', 'waiting', 'suspicious')");
        }
    }
}
