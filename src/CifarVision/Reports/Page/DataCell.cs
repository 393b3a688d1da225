namespace CifarVision.Reports.Page;

/// <summary>A cell of a <see cref="DataTable"/>.</summary>
/// <param name="Text">What readers see.</param>
internal sealed record DataCell(string Text)
{
    /// <summary>The number with all digits, if the text is rounded.</summary>
    public double? Exact { get; private init; }

    /// <summary>Whether the number is a fraction that is drawn as a bar as well.</summary>
    public bool IsBar { get; init; }

    /// <summary>Whether the row sums up the rows above.</summary>
    public bool IsTotal { get; init; }

    public static implicit operator DataCell(string text) => new(text);

    /// <summary>Creates the cell of a loss or metric; null for none.</summary>
    public static DataCell Value(double? value) => value is { } number ? new DataCell(ReportNumber.Value(number)) { Exact = number } : new DataCell("–");

    /// <summary>Creates the cell of a fraction in percent.</summary>
    public static DataCell Percent(double share) => new(ReportNumber.Percent(share)) { Exact = double.IsNaN(share) ? null : share };

    /// <summary>Creates the cell of a whole number.</summary>
    public static DataCell Count(long value) => new(ReportNumber.Count(value));

    /// <summary>Writes the cell.</summary>
    public void Write(HtmlWriter html)
    {
        if (Exact is not { } exact)
        {
            html.Element("td", Text);
            return;
        }

        using HtmlWriter.Scope cell = html.Within("td", ("class", IsBar ? "bar" : null), ("style", IsBar ? FormattableString.Invariant($"--share:{exact:0.###}") : null));
        html.Element("data", Text, ("value", ReportNumber.Exact(exact)));
    }
}
