namespace CifarVision.Reports.Page;

/// <summary>Names and values as a list of definitions.</summary>
internal sealed class FactList
{
    private readonly List<(string Name, string Value, bool IsCode)> _facts = [];

    /// <summary>Adds a fact.</summary>
    public void Add(string name, string value) => _facts.Add((name, value, false));

    /// <summary>Adds a value that readers compare letter by letter or copy.</summary>
    public void AddCode(string name, string value) => _facts.Add((name, value, true));

    /// <summary>Writes the list.</summary>
    public void Write(HtmlWriter html)
    {
        using HtmlWriter.Scope list = html.Within("dl", ("class", "facts"));
        foreach ((string name, string value, bool isCode) in _facts)
        {
            using HtmlWriter.Scope fact = html.Within("div");
            html.Element("dt", name);
            using HtmlWriter.Scope definition = html.Within("dd");
            if (isCode)
                html.Element("code", value);
            else
                html.Text(value);
        }
    }
}
