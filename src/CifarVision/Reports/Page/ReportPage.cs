using System.Reflection;
using System.Security.Cryptography;
using System.Text;

namespace CifarVision.Reports.Page;

/// <summary>The frame of the page: head, contents, sections, and the library's own style and script.</summary>
/// <param name="title">The heading.</param>
/// <param name="subtitle">A line below it.</param>
/// <param name="sections">The sections in order.</param>
internal sealed class ReportPage(string title, string subtitle, IReadOnlyList<ReportSection> sections)
{
    private static readonly string Style = ReadResource("report.css");
    private static readonly string Script = ReadResource("report.js");

    /// <summary>Returns the page as HTML.</summary>
    public string ToHtml()
    {
        var html = new HtmlWriter();
        html.Raw("<!DOCTYPE html>\n");
        using (html.Within("html", ("lang", "en")))
        {
            WriteHead(html);
            using HtmlWriter.Scope body = html.Within("body");
            html.Element("a", "Skip to the contents", ("class", "skip"), ("href", "#main"));
            WriteHeader(html);
            using (html.Within("main", ("id", "main")))
            {
                foreach (ReportSection section in sections)
                    section.Write(html);
            }

            using (html.Within("footer"))
                html.Element("p", "Written by CifarVision. The page contains everything it shows, and asks for nothing from elsewhere.");
            using HtmlWriter.Scope script = html.Within("script");
            html.Raw(Script);
        }

        return html.ToString();
    }

    private static string ReadResource(string name)
    {
        using Stream stream = Assembly.GetExecutingAssembly().GetManifestResourceStream($"CifarVision.Reports.{name}")
            ?? throw new InvalidOperationException($"ReportPage: the library must contain {name}, but does not.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }

    // The browser refuses whatever is not of this page, and any script but the one below.
    private static string Policy()
    {
        string hash = Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(Script)));
        return $"default-src 'none'; style-src 'unsafe-inline'; img-src data:; script-src 'sha256-{hash}'; base-uri 'none'; form-action 'none'";
    }

    private void WriteHead(HtmlWriter html)
    {
        using HtmlWriter.Scope head = html.Within("head");
        html.Void("meta", ("charset", "utf-8"));
        html.Void("meta", ("http-equiv", "Content-Security-Policy"), ("content", Policy()));
        html.Void("meta", ("name", "viewport"), ("content", "width=device-width, initial-scale=1"));
        html.Void("meta", ("name", "color-scheme"), ("content", "light dark"));
        html.Element("title", title);
        // Without it, browsers ask a server for a picture.
        html.Void("link", ("rel", "icon"), ("href", "data:,"));
        using HtmlWriter.Scope style = html.Within("style");
        html.Raw(Style);
    }

    private void WriteHeader(HtmlWriter html)
    {
        using (html.Within("header"))
        {
            html.Element("h1", title);
            html.Element("p", subtitle);
        }

        using HtmlWriter.Scope contents = html.Within("nav", ("aria-label", "Contents"));
        using HtmlWriter.Scope list = html.Within("ul");
        foreach (ReportSection section in sections)
        {
            using HtmlWriter.Scope item = html.Within("li");
            html.Element("a", section.Title, ("href", $"#{section.Id}"));
        }
    }
}
