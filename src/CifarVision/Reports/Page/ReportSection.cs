namespace CifarVision.Reports.Page;

/// <summary>A part of the page with a heading.</summary>
/// <param name="id">The part of an address that leads to it.</param>
/// <param name="title">The heading.</param>
internal abstract class ReportSection(string id, string title)
{
    /// <summary>The part of an address that leads to the section.</summary>
    public string Id => id;

    /// <summary>The heading.</summary>
    public string Title => title;

    /// <summary>Writes the section with its heading.</summary>
    public void Write(HtmlWriter html)
    {
        using HtmlWriter.Scope section = html.Within("section", ("id", id), ("aria-labelledby", $"{id}-title"));
        html.Element("h2", title, ("id", $"{id}-title"));
        WriteContent(html);
    }

    /// <summary>Writes what follows the heading.</summary>
    protected abstract void WriteContent(HtmlWriter html);
}
