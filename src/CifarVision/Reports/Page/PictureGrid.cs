namespace CifarVision.Reports.Page;

/// <summary>Images side by side, with lines of text below each.</summary>
internal sealed class PictureGrid
{
    private readonly List<(string[] Addresses, string Alternative, string[] Lines)> _pictures = [];

    /// <summary>Adds a picture.</summary>
    /// <param name="address">The address of the image.</param>
    /// <param name="alternative">What screen readers say.</param>
    /// <param name="lines">The text below, the most important line first.</param>
    public void Add(string address, string alternative, params string[] lines) => _pictures.Add(([address], alternative, lines));

    /// <summary>Adds two pictures side by side.</summary>
    public void AddPair(string left, string right, string alternative, params string[] lines) => _pictures.Add(([left, right], alternative, lines));

    /// <summary>Writes the pictures as a list.</summary>
    public void Write(HtmlWriter html)
    {
        using HtmlWriter.Scope list = html.Within("ul", ("class", "pictures"));
        foreach ((string[] addresses, string alternative, string[] lines) in _pictures)
        {
            using HtmlWriter.Scope item = html.Within("li", ("class", addresses.Length > 1 ? "pair" : null));
            using HtmlWriter.Scope figure = html.Within("figure");
            using (html.Within("div"))
            {
                // One alternative is enough for a pair.
                foreach ((int i, string address) in addresses.Index())
                    html.Void("img", ("src", address), ("alt", i == 0 ? alternative : ""));
            }

            using HtmlWriter.Scope caption = html.Within("figcaption");
            html.Element("strong", lines[0]);
            foreach (string line in lines[1..])
                html.Element("span", line);
        }
    }
}
