using System.Text.Encodings.Web;

namespace KpsCrm.Web.Features.Intake;

/// <summary>A page for people when no component can be asked: the request was refused before it was read.</summary>
internal static class PlainPage
{
    public static Task WriteAsync(HttpResponse response, string title, string sentence, string href = "/contact", string link = "Back to the form")
    {
        var encode = HtmlEncoder.Default;
        response.ContentType = "text/html; charset=utf-8";
        return response.WriteAsync($"""
            <!DOCTYPE html>
            <html lang="en">
            <head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>{encode.Encode(title)}</title>
            <script src="/theme.js"></script><link rel="stylesheet" href="/public.css"></head>
            <body><main class="sheet"><h1>{encode.Encode(title)}</h1><p>{encode.Encode(sentence)}</p><p><a class="button" href="{encode.Encode(href)}">{encode.Encode(link)}</a></p></main></body>
            </html>
            """);
    }
}
