using KpsCrm.Web.Features.Account.Passwords;
using Microsoft.Extensions.Options;

namespace KpsCrm.Web.Features.Mail;

public static class MailServices
{
    /// <summary>What the commands need as well, which send nothing themselves.</summary>
    public static IServiceCollection AddMailSettings(this IServiceCollection services)
    {
        services.AddOptions<MailOptions>().Configure<IConfiguration>((options, configuration) =>
        {
            var section = configuration.GetSection(MailOptions.Section);
            if (MailOptions.Unreadable(section).ToList() is { Count: > 0 } problems)
                throw new OptionsValidationException(MailOptions.Section, typeof(MailOptions), problems);
            section.Bind(options);
        }).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton(sp => sp.GetRequiredService<IOptions<MailOptions>>().Value);
        services.AddSingleton<ResetLink>();
        return services;
    }

    public static IServiceCollection AddMail(this IServiceCollection services)
    {
        services.AddMailSettings();
        services.AddSingleton<IMailTransport>(sp => sp.GetRequiredService<MailOptions>().HasServer
            ? ActivatorUtilities.CreateInstance<SmtpTransport>(sp)
            : ActivatorUtilities.CreateInstance<OutboxFolder>(sp));
        services.AddSingleton<MailComposer>();
        services.AddSingleton<MailSender>();
        services.AddSingleton<TryMailAgain>();
        services.AddSingleton<SendTestMail>();
        services.AddHostedService<MailWorker>();
        return services;
    }
}
