using System.ComponentModel.DataAnnotations;
using System.Globalization;
using KpsCrm.Data;
using KpsCrm.Data.Maintenance;
using KpsCrm.Web.Maintenance;
using Microsoft.Extensions.Options;
using Npgsql;

namespace KpsCrm.Web;

/// <summary>The firm; settings section <c>Company</c>. Its time zone decides where a day and a month begin, for every viewer.</summary>
public sealed class CompanyOptions : IValidatableObject
{
    public const string Section = "Company";

    [Required(ErrorMessage = "Company__Name is empty; write the firm's name.")]
    public string Name { get; set; } = "The KPS Group";

    /// <summary>An IANA name.</summary>
    [Required(ErrorMessage = "Company__TimeZone is empty; use a name such as America/Chicago.")]
    public string TimeZone { get; set; } = "America/Chicago";

    /// <summary>An ISO 4217 code.</summary>
    [Required(ErrorMessage = "Company__Currency is empty; use a three-letter code such as USD.")]
    [RegularExpression("^[A-Z]{3}$", ErrorMessage = "Company__Currency must be a three-letter code such as USD.")]
    public string Currency { get; set; } = "USD";

    public string Phone { get; set; } = "(214) 555-0100";
    public string Email { get; set; } = "hello@kps.example";

    public TimeZoneInfo Zone => TimeZoneInfo.TryFindSystemTimeZoneById(TimeZone, out var zone) ? zone : TimeZoneInfo.Utc;

    /// <summary>The company's calendar day at a moment in UTC.</summary>
    public DateOnly DayOf(DateTime utc) => DateOnly.FromDateTime(TimeZoneInfo.ConvertTimeFromUtc(DateTime.SpecifyKind(utc, DateTimeKind.Utc), Zone));

    /// <summary>The moment in UTC at which a day of the company's calendar begins.</summary>
    public DateTime StartOf(DateOnly day) => MomentOf(day, TimeOnly.MinValue);

    /// <summary>The moment in UTC at which the company's clock shows this.</summary>
    public DateTime MomentOf(DateOnly day, TimeOnly time)
    {
        var local = day.ToDateTime(time);
        // Where the clock skips the time, it is the moment at which the clock goes on.
        while (Zone.IsInvalidTime(local))
            local = local.AddMinutes(15 - local.Minute % 15);
        // Where it shows the time twice, it is the first.
        return Zone.IsAmbiguousTime(local)
            ? DateTime.SpecifyKind(local - Zone.GetAmbiguousTimeOffsets(local).Max(), DateTimeKind.Utc)
            : TimeZoneInfo.ConvertTimeToUtc(local, Zone);
    }

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!TimeZoneInfo.TryFindSystemTimeZoneById(TimeZone, out _))
            yield return new($"Company__TimeZone is '{TimeZone}', which is no known time zone; use a name such as America/Chicago.");
        if (!Email.Contains('@') || !MimeKit.MailboxAddress.TryParse(Email, out _))
            yield return new($"Company__Email is '{Email}', which is no e-mail address.");
    }
}

public static class Settings
{
    public static IServiceCollection AddSettings(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<CompanyOptions>().BindConfiguration(CompanyOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton(sp => sp.GetRequiredService<IOptions<CompanyOptions>>().Value);
        services.AddSingleton<HeldDataLock>();
        return services;
    }

    /// <exception cref="TroubleException">A value can't be used.</exception>
    public static DatabaseOptions GetDatabaseOptions(this IConfiguration configuration, IHostEnvironment environment)
    {
        var section = configuration.GetSection(DatabaseOptions.Section);
        // A number would pass for an enum's value.
        if (section["Provider"] is { } word && !Enum.GetNames<DatabaseProvider>().Contains(word, StringComparer.OrdinalIgnoreCase))
            throw new TroubleException($"Database__Provider is '{word}'; it must be Sqlite or Postgres.");

        var options = section.Get<DatabaseOptions>() ?? new();
        if (string.IsNullOrWhiteSpace(options.Path))
            throw new TroubleException("Database__Path is empty; name a file, or leave the setting out for database/kps_crm.db.");
        if (options.Provider == DatabaseProvider.Postgres)
            DemandConnectionString(options.ConnectionString);
        options.Path = Path.GetFullPath(options.Path, HomeFolder(environment));
        var slow = configuration.GetValue<int?>("Log:SlowCommandMilliseconds") ?? options.SlowCommandMilliseconds;
        options.SlowCommandMilliseconds = slow >= 0 ? slow : throw new TroubleException($"Log__SlowCommandMilliseconds is {slow}; it can't be less than 0.");
        return options;
    }

    private static void DemandConnectionString(string? text)
    {
        if (string.IsNullOrWhiteSpace(text))
            throw new TroubleException("Database__ConnectionString is missing; Database__Provider=Postgres needs one such as Host=localhost;Database=kps_crm;Username=kps.");
        try
        {
            if (string.IsNullOrEmpty(new NpgsqlConnectionStringBuilder(text).Host))
                throw new TroubleException("Database__ConnectionString names no Host; write it like Host=localhost;Database=kps_crm;Username=kps.");
        }
        catch (Exception e) when (e is ArgumentException or FormatException)
        {
            throw new TroubleException("Database__ConnectionString can't be read; write it like Host=localhost;Database=kps_crm;Username=kps.", e);
        }
    }

    /// <summary>Where relative paths start: the checkout, when run from one, else the program's own folder.</summary>
    public static string HomeFolder(IHostEnvironment environment)
    {
        for (var folder = new DirectoryInfo(environment.ContentRootPath); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "KpsCrm.sln")))
                return folder.FullName;
        }
        return environment.ContentRootPath;
    }

    /// <summary>Money as people here write it: without cents in overviews, with cents in records.</summary>
    public static string Money(long cents, bool withCents = false) =>
        (cents / 100m).ToString(withCents ? "$#,0.00" : "$#,0", CultureInfo.InvariantCulture);
}
