using KpsCrm.Data;
using KpsCrm.Data.Files;
using KpsCrm.Web.Features.Files;

namespace KpsCrm.Web.Tests.Files;

public class FileTypeTests
{
    public static TheoryData<string, string, string> Kept { get; } = new()
    {
        { "a.pdf", nameof(Samples.Pdf), "application/pdf" },
        { "a.PNG", nameof(Samples.Png), "image/png" },
        { "a.jpeg", nameof(Samples.Jpeg), "image/jpeg" },
        { "a.gif", nameof(Samples.Gif), "image/gif" },
        { "a.webp", nameof(Samples.Webp), "image/webp" },
        { "IMG_1.HEIC", nameof(Samples.Heic), "image/heic" },
        { "a.zip", "zip", "application/zip" },
        { "a.docx", nameof(Samples.Word), "application/vnd.openxmlformats-officedocument.wordprocessingml.document" },
        { "a.xlsx", nameof(Samples.Excel), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" },
        { "a.odt", "odt", "application/vnd.oasis.opendocument.text" },
        { "a.doc", nameof(Samples.OldWord), "application/x-ole-storage" },
        { "a.docx", nameof(Samples.LockedWord), "application/x-ole-storage" },
        { "a.txt", nameof(Samples.Text), "text/plain" },
        { "a.csv", nameof(Samples.WindowsCsv), "text/csv" },
        { "a.txt", nameof(Samples.Utf16), "text/plain" },
        { "books.qbo", nameof(Samples.Text), "text/plain" },
    };

    [Theory, MemberData(nameof(Kept))]
    public void TheContentSaysWhatItIs(string name, string sample, string contentType) => Assert.Equal(contentType, Demand(name, sample).Type.ContentType);

    public static TheoryData<string, string, string> Refused { get; } = new()
    {
        { "a.pdf", nameof(Samples.Png), "This is not what its name says, but a PNG picture." },
        { "a.docx", nameof(Samples.Excel), "This is not what its name says, but an Excel workbook." },
        { "a.docx", "zip", "This is not what its name says, but a ZIP archive." },
        { "a.png", nameof(Samples.Text), "This is not what its name says, but plain text." },
        { "a.exe", nameof(Samples.Exe), "programs can't be attached" },
        { "a.pdf", nameof(Samples.Exe), "programs can't be attached" },
        { "a.png", nameof(Samples.Elf), "programs can't be attached" },
        { "run.bat", nameof(Samples.Text), "programs can't be attached" },
        { "a.txt", "script", "programs can't be attached" },
        { "a.docx", "macros", "macros" },
        { "a.svg", nameof(Samples.Svg), "a PDF of them can" },
        { "a.xml", nameof(Samples.Svg), "a PDF of them can" },
        { "a.html", nameof(Samples.Html), "a PDF of them can" },
        { "a.txt", nameof(Samples.Html), "a PDF of them can" },
        { "a.zip", "torn", "The file is damaged" },
        { "a.bin", nameof(Samples.Noise), "Files of this kind can't be attached." },
        { "a.txt", nameof(Samples.Noise), "Files of this kind can't be attached." },
    };

    [Theory, MemberData(nameof(Refused))]
    public void WhatItShouldNotBeIsRefusedInASentence(string name, string sample, string sentence) =>
        Assert.Contains(sentence, Assert.Throws<RuleException>(() => Demand(name, sample)).Message);

    [Fact]
    public void ANameWithoutAnEndingGetsTheOneOfItsContent() => Assert.Equal("scan.pdf", Demand("scan", nameof(Samples.Pdf)).Name);

    [Theory]
    [InlineData("report.pdf", "report.pdf")]
    [InlineData("C:\\Users\\anna\\report.pdf", "report.pdf")]
    [InlineData("../../etc/passwd", "passwd")]
    [InlineData("invoice\u202Efdp.exe", "invoicefdp.exe")]
    [InlineData("a\0b\r\nc.txt", "ab c.txt")]
    [InlineData("what? <now>: \"this\"|.txt", "what_ _now__ _this__.txt")]
    [InlineData("  .hidden. ", "hidden")]
    [InlineData("CON.txt", "_CON.txt")]
    [InlineData("lpt1", "_lpt1")]
    [InlineData("", "file")]
    [InlineData("///", "file")]
    [InlineData(null, "file")]
    [InlineData("Grüße 😀.pdf", "Grüße 😀.pdf")]
    public void NamesAreMadeHarmless(string? name, string clean) => Assert.Equal(clean, FileNames.Clean(name));

    [Fact]
    public void ALongNameKeepsItsEnding()
    {
        var clean = FileNames.Clean(string.Concat(Enumerable.Repeat("😀", 150)) + ".pdf");

        Assert.True(clean.Length <= Attachment.NameMaxLength);
        Assert.EndsWith("😀.pdf", clean);
    }

    private static (FileType Type, string Name) Demand(string name, string sample)
    {
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(path, sample switch
            {
                "zip" => Samples.Zip("a.txt"),
                "odt" => Samples.Zip("mimetype", "content.xml"),
                "macros" => Samples.Zip("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"),
                "script" => [.. "#!/bin/sh\nrm -rf /\n"u8],
                "torn" => Samples.Zip("a.txt")[..20],
                _ => (byte[])typeof(Samples).GetProperty(sample)!.GetValue(null)!,
            });
            return FileType.Demand(path, name);
        }
        finally
        {
            File.Delete(path);
        }
    }
}
