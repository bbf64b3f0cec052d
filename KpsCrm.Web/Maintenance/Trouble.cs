using System.Text.RegularExpressions;
using KpsCrm.Data.Maintenance;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Options;

namespace KpsCrm.Web.Maintenance;

/// <summary>What keeps the program from starting, as one sentence for whoever runs it instead of a stack trace.</summary>
public static partial class Trouble
{
    /// <summary>Null for what nobody foresaw: that keeps its stack trace.</summary>
    public static string? SentenceFor(Exception e) => e switch
    {
        TroubleException => e.Message,
        OptionsValidationException invalid => OfOptions(invalid.Failures.First()),
        InvalidOperationException when ConversionFailure().Match(e.Message) is { Success: true } match =>
            $"{match.Groups[2].Value.Replace(":", "__")} is '{match.Groups[1].Value}', which can't be read; correct it in the environment or in appsettings.json.",
        IOException { InnerException: AddressInUseException } when AddressInUse().Match(e.Message) is { Success: true } match =>
            $"The address {match.Groups[1].Value} is already in use; stop the program that listens there, or choose another with --urls.",
        System.Net.Sockets.SocketException => $"The program can't listen on the address in Urls ({e.Message}); choose another with --urls.",
        FormatException when e.Message.StartsWith("Invalid url", StringComparison.Ordinal) => $"Urls is wrong ({e.Message.TrimEnd('.')}); write it like http://localhost:5080.",
        InvalidDataException { InnerException: FormatException inner } => $"{e.Message.TrimEnd('.')} ({inner.Message.TrimEnd('.')}); correct that file.",
        _ => null,
    };

    /// <summary>Says it on stderr; the exit code is 1.</summary>
    public static int Tell(string sentence)
    {
        Console.Error.WriteLine(sentence);
        return 1;
    }

    private static string OfOptions(string failure) => DataAnnotation().Match(failure) is { Success: true } match ? match.Groups[1].Value : failure;

    [GeneratedRegex("with the error: '(.*)'\\.$", RegexOptions.Singleline)]
    private static partial Regex DataAnnotation();

    [GeneratedRegex("^Failed to convert configuration value '(.*)' at '(.*?)'")]
    private static partial Regex ConversionFailure();

    [GeneratedRegex("Failed to bind to address (.*?): address already in use")]
    private static partial Regex AddressInUse();
}
