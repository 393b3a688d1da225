namespace CifarVision.Reports.Page;

/// <summary>A table with a caption, which screen readers announce and which can be scrolled on a narrow screen.</summary>
/// <param name="caption">What the table contains.</param>
/// <param name="columns">The headings; the first column has the headings of the rows.</param>
internal sealed class DataTable(string caption, params IReadOnlyList<string> columns)
{
    private readonly List<DataCell[]> _rows = [];

    /// <summary>The number of columns from the first on that are text, which is aligned at the left.</summary>
    public int TextColumns { get; init; } = 1;

    /// <summary>Adds a row.</summary>
    /// <param name="cells">A cell for each column, the heading of the row first.</param>
    public void Add(params DataCell[] cells) => _rows.Add(cells);

    /// <summary>Writes the table.</summary>
    public void Write(HtmlWriter html)
    {
        using HtmlWriter.Scope scroll = html.Within("div", ("class", "scroll"), ("role", "region"), ("tabindex", "0"), ("aria-label", caption));
        using HtmlWriter.Scope table = html.Within("table", ("class", FormattableString.Invariant($"text{TextColumns}")));
        html.Element("caption", caption);
        using (html.Within("thead"))
        using (html.Within("tr"))
        {
            foreach (string column in columns)
                html.Element("th", column, ("scope", "col"));
        }

        using HtmlWriter.Scope body = html.Within("tbody");
        foreach (DataCell[] cells in _rows)
        {
            using HtmlWriter.Scope row = html.Within("tr", ("class", cells[0].IsTotal ? "total" : null));
            html.Element("th", cells[0].Text, ("scope", "row"));
            foreach (DataCell cell in cells[1..])
                cell.Write(html);
        }
    }
}
