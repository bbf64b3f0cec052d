using KpsCrm.Data.Activities;
using KpsCrm.Data.Clients;
using KpsCrm.Data.Deals;
using KpsCrm.Data.Leads;
using KpsCrm.Data.Mail;
using KpsCrm.Data.Notifications;
using KpsCrm.Data.Ordering;
using KpsCrm.Data.Security;
using KpsCrm.Data.Tasks;
using KpsCrm.Data.Users;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace KpsCrm.Data;

/// <summary>How the rows lie in the database, and what the two databases do each in its own way.</summary>
public abstract partial class CrmDbContext
{
    protected override void OnModelCreating(ModelBuilder builder)
    {
        base.OnModelCreating(builder);
        // Identity leaves passkeys out below its third schema version, which would also change columns that are in use.
        builder.Entity<IdentityUserPasskey<int>>(passkey =>
        {
            passkey.HasKey(p => p.CredentialId);
            passkey.Property(p => p.CredentialId).HasMaxLength(1024);
            passkey.OwnsOne(p => p.Data).ToJson();
            passkey.HasOne<User>().WithMany().HasForeignKey(p => p.UserId).HasConstraintName("fk_user_passkeys_users_user_id");
        });
        builder.ApplyConfigurationsFromAssembly(typeof(CrmDbContext).Assembly);
        builder.HasDbFunction(typeof(TextSearch).GetMethod(nameof(TextSearch.Lower))!).HasName(LowerFunction).IsBuiltIn();

        foreach (var (type, table) in new[] { ("IdentityUserClaim<int>", "user_claims"), ("IdentityUserLogin<int>", "user_logins"), ("IdentityUserToken<int>", "user_tokens"), ("IdentityUserPasskey<int>", "user_passkeys") })
        {
            if (builder.Model.GetEntityTypes().SingleOrDefault(t => t.DisplayName() == type) is { } identity)
                identity.SetTableName(table);
        }

        foreach (var entity in builder.Model.GetEntityTypes())
        {
            foreach (var dollars in entity.GetProperties().Where(p => p.FindAnnotation(ColumnSets.DollarsOf) is not null))
                ConfigureDollars(builder.Entity(entity.ClrType).Property(dollars.Name), (string)dollars.FindAnnotation(ColumnSets.DollarsOf)!.Value!);

            if (entity.ClrType.IsAssignableTo(typeof(IRanked)))
                ConfigureRank(builder.Entity(entity.ClrType).Property(nameof(IRanked.Rank)));
        }
    }

    /// <summary>A generated column in dollars over <paramref name="centsColumn"/>.</summary>
    protected abstract void ConfigureDollars(Microsoft.EntityFrameworkCore.Metadata.Builders.PropertyBuilder dollars, string centsColumn);

    /// <summary>What <see cref="TextSearch.Lower"/> is called in the database.</summary>
    protected abstract string LowerFunction { get; }

    /// <summary>A condition: one of the numbers of a JSON array, which is the first parameter.</summary>
    internal abstract string IsOneOf { get; }

    /// <summary>How this database's text index is asked and kept.</summary>
    internal abstract Search.ISearchSql SearchSql { get; }

    /// <summary>Ranks must compare byte by byte.</summary>
    protected abstract void ConfigureRank(Microsoft.EntityFrameworkCore.Metadata.Builders.PropertyBuilder rank);

    protected override void ConfigureConventions(ModelConfigurationBuilder conventions)
    {
        conventions.Properties<DateTime>().HaveConversion<UtcConverter>();
        conventions.Properties<LeadStatus>().HaveConversion<WordConverter<LeadStatus>>();
        conventions.Properties<Priority>().HaveConversion<WordConverter<Priority>>();
        conventions.Properties<ClientStatus>().HaveConversion<WordConverter<ClientStatus>>();
        conventions.Properties<DealStage>().HaveConversion<WordConverter<DealStage>>();
        conventions.Properties<ActivityKind>().HaveConversion<WordConverter<ActivityKind>>();
        conventions.Properties<MailKind>().HaveConversion<WordConverter<MailKind>>();
        conventions.Properties<MailState>().HaveConversion<WordConverter<MailState>>();
        conventions.Properties<QuarantineState>().HaveConversion<WordConverter<QuarantineState>>();
        conventions.Properties<TaskKind>().HaveConversion<WordConverter<TaskKind>>();
        conventions.Properties<NotificationKind>().HaveConversion<WordConverter<NotificationKind>>();
        conventions.Properties<SessionEnd>().HaveConversion<WordConverter<SessionEnd>>();
        conventions.Properties<SignInMethod>().HaveConversion<WordConverter<SignInMethod>>();
        conventions.Properties<Role>().HaveConversion<WordConverter<Role>>();
        conventions.Properties<Scope>().HaveConversion<WordConverter<Scope>>();
    }

    private sealed class UtcConverter() : ValueConverter<DateTime, DateTime>(
        toStore => toStore.Kind == DateTimeKind.Local ? toStore.ToUniversalTime() : DateTime.SpecifyKind(toStore, DateTimeKind.Utc),
        fromStore => DateTime.SpecifyKind(fromStore, DateTimeKind.Utc));

    private sealed class WordConverter<T>() : ValueConverter<T, string>(v => Columns.Word(v), s => Columns.Parse<T>(s)) where T : struct, Enum;
}
