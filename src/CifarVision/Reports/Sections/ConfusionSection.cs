using System.Globalization;
using CifarVision.Reports.Page;

namespace CifarVision.Reports.Sections;

/// <summary>The confusion matrix as a table, and the most frequent confusions.</summary>
internal sealed class ConfusionSection : ReportSection
{
    private const int MostClasses = 40;
    private const int MostConfusions = 10;

    private readonly long[,] _counts;
    private readonly long[] _totals;
    private readonly IReadOnlyList<string> _names;

    /// <summary>Collects the counts.</summary>
    public ConfusionSection(TestResults results)
        : base("confusions", "Confusions")
    {
        (_counts, _names) = (results.Matrix.Counts(), results.Names);
        _totals = [.. Enumerable.Range(0, _names.Count).Select(i => Enumerable.Range(0, _names.Count).Sum(j => _counts[i, j]))];
    }

    /// <inheritdoc/>
    protected override void WriteContent(HtmlWriter html)
    {
        using HtmlWriter.Scope columns = html.Within("div", ("class", "columns"));
        using (html.Within("div"))
        {
            if (_names.Count <= MostClasses)
                WriteMatrix(html);
            else
                html.Element("p", $"The matrix of {_names.Count} classes is too large for a page.");
        }

        using HtmlWriter.Scope largest = html.Within("div");
        WriteLargest(html);
    }

    private void WriteMatrix(HtmlWriter html)
    {
        const string caption = "Number of images by true class (rows) and predicted class (columns)";
        html.Element("p", "The darkness of a cell is its fraction of the row. The diagonal has the correct predictions.", ("class", "note"));
        using HtmlWriter.Scope scroll = html.Within("div", ("class", "scroll"), ("role", "region"), ("tabindex", "0"), ("aria-label", caption));
        using HtmlWriter.Scope table = html.Within("table", ("class", "matrix"));
        html.Element("caption", caption);
        using (html.Within("thead"))
        using (html.Within("tr"))
        {
            html.Element("td", "");
            foreach (string name in _names)
            {
                using HtmlWriter.Scope head = html.Within("th", ("scope", "col"));
                html.Element("span", name);
            }
        }

        using HtmlWriter.Scope body = html.Within("tbody");
        for (int i = 0; i < _names.Count; i++)
        {
            using HtmlWriter.Scope row = html.Within("tr");
            html.Element("th", _names[i], ("scope", "row"));
            for (int j = 0; j < _names.Count; j++)
                WriteCell(html, i, j);
        }
    }

    private void WriteCell(HtmlWriter html, int i, int j)
    {
        double share = _totals[i] == 0 ? 0 : (double)_counts[i, j] / _totals[i];
        string shade = share.ToString("0.###", CultureInfo.InvariantCulture);
        html.Element("td", ReportNumber.Count(_counts[i, j]), ("class", i == j ? "right" : _counts[i, j] > 0 ? "wrong" : "none"), ("style", $"--share:{shade}"));
    }

    private void WriteLargest(HtmlWriter html)
    {
        (int Truth, int Predicted)[] largest = [.. from i in Enumerable.Range(0, _names.Count)
                                                   from j in Enumerable.Range(0, _names.Count)
                                                   where i != j && _counts[i, j] > 0
                                                   orderby _counts[i, j] descending
                                                   select (i, j)];
        if (largest.Length == 0)
        {
            html.Element("p", "All images of the test data were classified correctly.");
            return;
        }

        var table = new DataTable("The most frequent confusions", "true class", "predicted as", "images", "of the class") { TextColumns = 2 };
        foreach ((int i, int j) in largest.Take(MostConfusions))
            table.Add(_names[i], _names[j], DataCell.Count(_counts[i, j]), DataCell.Percent((double)_counts[i, j] / _totals[i]));
        table.Write(html);
    }
}
