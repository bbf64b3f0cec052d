using System.ComponentModel.DataAnnotations;
using System.Globalization;
using KpsCrm.Data;
using Microsoft.Extensions.Options;

namespace KpsCrm.Web;

/// <summary>The firm; settings section <c>Company</c>. Its time zone decides where a day and a month begin, for every viewer.</summary>
public sealed class CompanyOptions : IValidatableObject
{
    public const string Section = "Company";

    [Required]
    public string Name { get; set; } = "The KPS Group";

    /// <summary>An IANA name.</summary>
    [Required]
    public string TimeZone { get; set; } = "America/Chicago";

    /// <summary>An ISO 4217 code.</summary>
    [RegularExpression("^[A-Z]{3}$", ErrorMessage = "Company__Currency must be a three-letter code such as USD.")]
    public string Currency { get; set; } = "USD";

    public string Phone { get; set; } = "(214) 555-0100";
    public string Email { get; set; } = "hello@kps.example";

    public TimeZoneInfo Zone => TimeZoneInfo.FindSystemTimeZoneById(TimeZone);

    /// <summary>The company's calendar day at a moment in UTC.</summary>
    public DateOnly DayOf(DateTime utc) => DateOnly.FromDateTime(TimeZoneInfo.ConvertTimeFromUtc(DateTime.SpecifyKind(utc, DateTimeKind.Utc), Zone));

    /// <summary>The moment in UTC at which a day of the company's calendar begins.</summary>
    public DateTime StartOf(DateOnly day)
    {
        var local = day.ToDateTime(TimeOnly.MinValue);
        // Where the clock skips midnight, the day begins when the clock goes on.
        while (Zone.IsInvalidTime(local))
            local = local.AddMinutes(15);
        return TimeZoneInfo.ConvertTimeToUtc(local, Zone);
    }

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!TimeZoneInfo.TryFindSystemTimeZoneById(TimeZone, out _))
            yield return new($"Company__TimeZone is '{TimeZone}', which is no known time zone; use a name such as America/Chicago.");
    }
}

public static class Settings
{
    public static IServiceCollection AddSettings(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<CompanyOptions>().BindConfiguration(CompanyOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton(sp => sp.GetRequiredService<IOptions<CompanyOptions>>().Value);
        return services;
    }

    public static DatabaseOptions GetDatabaseOptions(this IConfiguration configuration, IHostEnvironment environment)
    {
        var options = configuration.GetSection(DatabaseOptions.Section).Get<DatabaseOptions>() ?? new();
        options.Path = Path.GetFullPath(options.Path, HomeFolder(environment));
        return options;
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
