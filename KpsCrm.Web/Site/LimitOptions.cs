using System.ComponentModel.DataAnnotations;

namespace KpsCrm.Web.Site;

/// <summary>How much one caller may take of the server; settings section <c>Limits</c>.</summary>
public sealed class LimitOptions
{
    public const string Section = "Limits";

    /// <summary>A request's body; uploads have a limit of their own.</summary>
    [Range(16, 1_000_000, ErrorMessage = "Limits__RequestKilobytes must be a whole number from 16 to 1,000,000.")]
    public int RequestKilobytes { get; set; } = 1024;

    /// <summary>All headers of a request together.</summary>
    [Range(4, 1024, ErrorMessage = "Limits__HeaderKilobytes must be a whole number from 4 to 1,024.")]
    public int HeaderKilobytes { get; set; } = 16;

    /// <summary>How long a caller may take to send its headers.</summary>
    [Range(1, 600, ErrorMessage = "Limits__HeaderSeconds must be a whole number from 1 to 600.")]
    public int HeaderSeconds { get; set; } = 15;

    /// <summary>Whoever sends a body or takes an answer more slowly than this, after a few seconds of grace, is cut off.</summary>
    [Range(1, 1_000_000, ErrorMessage = "Limits__SlowestBytesPerSecond must be a whole number from 1 to 1,000,000.")]
    public int SlowestBytesPerSecond { get; set; } = 240;

    /// <summary>Connections of all callers together.</summary>
    [Range(10, 1_000_000, ErrorMessage = "Limits__Connections must be a whole number from 10 to 1,000,000.")]
    public int Connections { get; set; } = 10_000;

    /// <summary>Requests of one person, or of one address where nobody is signed in.</summary>
    [Range(60, 100_000_000, ErrorMessage = "Limits__RequestsPerMinute must be a whole number from 60 to 100,000,000.")]
    public int RequestsPerMinute { get; set; } = 12_000;

    /// <summary>Questions of a program, or of a person, to <c>/api</c>.</summary>
    [Range(1, 1_000_000, ErrorMessage = "Limits__ApiCallsPerMinute must be a whole number from 1 to 1,000,000.")]
    public int ApiCallsPerMinute { get; set; } = 120;

    /// <summary>Lists that one person takes away.</summary>
    [Range(1, 1_000_000, ErrorMessage = "Limits__ExportsPerMinute must be a whole number from 1 to 1,000,000.")]
    public int ExportsPerMinute { get; set; } = 10;

    /// <summary>Files that one person opens; a player asks for one file in many pieces.</summary>
    [Range(1, 1_000_000, ErrorMessage = "Limits__DownloadsPerMinute must be a whole number from 1 to 1,000,000.")]
    public int DownloadsPerMinute { get; set; } = 600;

    /// <summary>Files that one person attaches, all together.</summary>
    [Range(10, 1_000_000, ErrorMessage = "Limits__UploadMegabytesPerHour must be a whole number from 10 to 1,000,000.")]
    public int UploadMegabytesPerHour { get; set; } = 2_000;

    /// <summary>Clicks and keys of one open page that are answered in a second, after a burst of ten seconds' worth; the rest waits in the browser.</summary>
    [Range(1, 100_000, ErrorMessage = "Limits__ActsPerSecond must be a whole number from 1 to 100,000.")]
    public int ActsPerSecond { get; set; } = 50;

    /// <summary>One message of an open page: a click, what was typed.</summary>
    [Range(16, 10_240, ErrorMessage = "Limits__MessageKilobytes must be a whole number from 16 to 10,240.")]
    public int MessageKilobytes { get; set; } = 32;

    /// <summary>Pages one person has open at the same time.</summary>
    [Range(1, 10_000, ErrorMessage = "Limits__PagesPerPerson must be a whole number from 1 to 10,000.")]
    public int PagesPerPerson { get; set; } = 40;

    /// <summary>Pages open from one address: an office behind one router.</summary>
    [Range(1, 100_000, ErrorMessage = "Limits__PagesPerAddress must be a whole number from 1 to 100,000.")]
    public int PagesPerAddress { get; set; } = 1_000;

    /// <summary>Pages whose connection is lost and that are kept for it to come back.</summary>
    [Range(0, 10_000, ErrorMessage = "Limits__LostPages must be a whole number from 0 to 10,000.")]
    public int LostPages { get; set; } = 200;

    [Range(1, 3_600, ErrorMessage = "Limits__LostPageSeconds must be a whole number from 1 to 3,600.")]
    public int LostPageSeconds { get; set; } = 180;
}
