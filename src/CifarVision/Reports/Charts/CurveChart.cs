using System.Globalization;
using System.Text.Json.Nodes;
using CifarVision.Reports.Page;

namespace CifarVision.Reports.Charts;

/// <summary>
/// Curves as inline SVG. With the page's script, a slider and the pointer choose a position, whose values the legend shows; without it the legend shows those of
/// one position.
/// </summary>
/// <param name="title">What is shown, for the caption and for screen readers.</param>
/// <param name="x">The horizontal axis.</param>
/// <param name="y">The vertical axis.</param>
/// <param name="positions">Where a reader can stand, ascending, with the words for it.</param>
/// <param name="series">The curves.</param>
internal sealed class CurveChart(string title, ChartAxis x, ChartAxis y, IReadOnlyList<(double X, string Label)> positions, IReadOnlyList<ChartSeries> series)
{
    // In units of the drawing, which the page scales to its width.
    private const double Width = 480;
    private const double Height = 290;
    private const double Left = 62;
    private const double Right = 14;
    private const double Top = 12;
    private const double Bottom = 50;
    private const double TickGap = 8;

    private readonly ChartSeries[] _read = [.. series.Where(one => !one.IsGuide)];

    /// <summary>The index of the position that is shown first. Default the last.</summary>
    public int Start { get; init; } = positions.Count - 1;

    /// <summary>Writes the chart with its legend.</summary>
    public void Write(HtmlWriter html)
    {
        using HtmlWriter.Scope figure = html.Within("figure", ("class", "chart"), ("data-chart", Data()));
        html.Element("figcaption", title);
        using (html.Within("svg", ("viewBox", FormattableString.Invariant($"0 0 {Width} {Height}")), ("role", "img"), ("aria-label", Description())))
        {
            WriteAxes(html);
            foreach (ChartSeries guide in series.Where(one => one.IsGuide))
                html.Element("path", "", ("class", "guide"), ("d", PathOf(guide)));
            foreach ((int i, ChartSeries one) in _read.Index())
                html.Element("path", "", ("class", $"line {ColorOf(i)}{(one.IsDashed ? " dashed" : "")}"), ("d", PathOf(one)));
            WriteMarks(html);
        }

        html.Void("input", ("type", "range"), ("min", "0"), ("max", Whole(positions.Count - 1)), ("value", Whole(Start)), ("aria-label", $"{title}: {x.Title}"), ("hidden", ""));
        WriteLegend(html);
    }

    private static string ColorOf(int index) => FormattableString.Invariant($"s{index % 10}");

    private static string Whole(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Unit(double number) => number.ToString("0.#", CultureInfo.InvariantCulture);

    private static string TextOf(double? value) => value is { } number ? ReportNumber.Value(number) : "–";

    private static double Across(ChartAxis axis, double value) => Left + (axis.Place(value) * (Width - Left - Right));

    private static double Up(ChartAxis axis, double value) => Height - Bottom - (axis.Place(value) * (Height - Top - Bottom));

    private string Description() => $"Line chart of {string.Join(", ", _read.Select(one => one.Name))} by {x.Title}.";

    private void WriteAxes(HtmlWriter html)
    {
        using HtmlWriter.Scope axes = html.Within("g", ("class", "axes"), ("aria-hidden", "true"));
        foreach (double tick in y.Ticks)
        {
            html.Element("path", "", ("class", "grid"), ("d", $"M{Unit(Left)} {Unit(Up(y, tick))}H{Unit(Width - Right)}"));
            html.Element("text", ReportNumber.Short(tick), ("x", Unit(Left - TickGap)), ("y", Unit(Up(y, tick))), ("class", "ytick"));
        }

        foreach (double tick in x.Ticks)
            html.Element("text", ReportNumber.Short(tick), ("x", Unit(Across(x, tick))), ("y", Unit(Height - Bottom + TickGap)), ("class", "xtick"));
        html.Element("path", "", ("class", "axis"), ("d", $"M{Unit(Left)} {Unit(Height - Bottom)}H{Unit(Width - Right)}"));
        html.Element("text", x.Title, ("x", Unit((Left + Width - Right) / 2)), ("y", Unit(Height - TickGap)), ("class", "title"));
    }

    // Invisible until the script places them.
    private void WriteMarks(HtmlWriter html)
    {
        using HtmlWriter.Scope marks = html.Within("g", ("class", "marks"), ("visibility", "hidden"), ("aria-hidden", "true"));
        html.Element("path", "", ("class", "cursor"), ("d", $"M0 {Unit(Top)}V{Unit(Height - Bottom)}"));
        for (int i = 0; i < _read.Length; i++)
            html.Element("circle", "", ("class", ColorOf(i)), ("r", "4.5"));
    }

    private void WriteLegend(HtmlWriter html)
    {
        using HtmlWriter.Scope legend = html.Within("div", ("class", "legend"));
        html.Element("span", positions.Count > 0 ? positions[Start].Label : "", ("class", "where"));
        foreach ((int i, ChartSeries one) in _read.Index())
        {
            using HtmlWriter.Scope key = html.Within("span", ("class", "key"));
            html.Element("i", "", ("class", $"{ColorOf(i)}{(one.IsDashed ? " dashed" : "")}"));
            html.Text($"{one.Name} ");
            html.Element("output", positions.Count > 0 ? TextOf(one.At[Start]) : "–");
        }
    }

    // A curve of thousands of points is reduced to those that differ on a screen.
    private string PathOf(ChartSeries one)
    {
        var path = new System.Text.StringBuilder();
        bool isBroken = true;
        (double X, double Y) last = default;
        for (int i = 0; i < one.X.Count; i++)
        {
            if (!double.IsFinite(one.Y[i]))
            {
                isBroken = true;
                continue;
            }

            (double X, double Y) point = (Across(x, one.X[i]), Up(y, one.Y[i]));
            if (!isBroken && i < one.X.Count - 1 && Math.Abs(point.X - last.X) < 1 && Math.Abs(point.Y - last.Y) < 1)
                continue;
            path.Append(isBroken ? 'M' : 'L').Append(Unit(point.X)).Append(' ').Append(Unit(point.Y));
            (isBroken, last) = (false, point);
        }

        // A single point has no length: a round end makes it visible.
        return one.X.Count == 1 ? $"{path}h0" : path.ToString();
    }

    private string Data() => new JsonObject
    {
        ["x"] = Array(positions, position => Math.Round(Across(x, position.X), 1)),
        ["label"] = Array(positions, position => position.Label),
        ["y"] = Array(_read, one => Array(one.At, value => value is { } number && double.IsFinite(number) ? Math.Round(Up(y, number), 1) : null)),
        ["text"] = Array(_read, one => Array(one.At, value => TextOf(value))),
        ["width"] = Width,
        ["name"] = Array(_read, one => one.Name),
    }.ToJsonString();

    private static JsonArray Array<T>(IEnumerable<T> items, Func<T, JsonNode?> convert) => [.. items.Select(convert)];
}
