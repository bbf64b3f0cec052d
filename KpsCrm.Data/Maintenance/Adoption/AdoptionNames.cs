using System.Globalization;

namespace KpsCrm.Data.Maintenance;

/// <summary>The files of one adoption. Those that are only needed while it goes on lie beside the database and bear its name.</summary>
internal sealed record AdoptionNames(string Path, string Keep, string Report, string Details)
{
    /// <summary>What is read in the older file's place.</summary>
    public string Source => $"{Path}.adopting-source";

    /// <summary>The new file while it is made.</summary>
    public string New => $"{Path}.adopting";

    public string ReportPart => $"{Path}.adopting-report";
    public string DetailsPart => $"{Path}.adopting-details";

    /// <summary>Names that nothing has yet: by the day, and by the second when that is taken.</summary>
    public static AdoptionNames Choose(string path, DateTimeOffset now, string? report)
    {
        var stem = System.IO.Path.ChangeExtension(path, null);
        var extension = System.IO.Path.GetExtension(path);
        for (var attempt = 0; ; attempt++)
        {
            var day = now.ToString(attempt == 0 ? "yyyy-MM-dd" : "yyyy-MM-dd_HHmmss", CultureInfo.InvariantCulture) + (attempt > 1 ? $"_{attempt}" : "");
            var names = new AdoptionNames(path, $"{stem}.legacy-{day}{extension}", report is null ? $"{stem}.adoption-report-{day}.txt" : System.IO.Path.GetFullPath(report),
                report is null ? $"{stem}.adoption-details-{day}.csv" : System.IO.Path.ChangeExtension(System.IO.Path.GetFullPath(report), ".details.csv"));
            if (!LegacyFile.Parts.Any(part => File.Exists(names.Keep + part)) && (report is not null || !(File.Exists(names.Report) || File.Exists(names.Details))))
                return names;
        }
    }

    /// <summary>The report and the details are there before the new file is.</summary>
    public void Publish()
    {
        Durable.FlushFile(ReportPart);
        File.Move(DetailsPart, Details, overwrite: true);
        File.Move(ReportPart, Report, overwrite: true);
        Durable.FlushName(Report);
        File.Move(New, AdoptionSwap.Ready(Path), overwrite: true);
        Durable.FlushName(Path);
    }

    /// <summary>Of this run, and of one that was killed.</summary>
    public void Clear()
    {
        LegacyFile.Delete(Source);
        LegacyFile.Delete(New);
        File.Delete(ReportPart);
        File.Delete(DetailsPart);
        if (!AdoptionSwap.IsDecided(Path))
            File.Delete(AdoptionSwap.Ready(Path));
    }
}
