using ScottPlot;
using ScottPlot.Plottables;

namespace CifarVision.Plotting.Lines;

/// <summary>Creates the ScottPlot plot of a <see cref="LinePanel"/>.</summary>
internal static class LineChart
{
    // With a margin, since curves run along the sides.
    private static readonly AxisLimits UnitSquare = new(-0.02, 1.02, -0.02, 1.02);

    /// <summary>Draws the curves, the axes, and a legend at the upper left if the panel has one.</summary>
    public static Plot Create(LinePanel panel)
    {
        Plot plot = PlotFigure.NewPlot(panel.Title, panel.XLabel, panel.YLabel);
        foreach (LineSeries series in panel.Series)
            AddSeries(plot, series);

        if (!panel.Series.SelectMany(series => series.Runs()).Any())
            AddRemark(plot, "no finite values");

        (AxisLimits limits, double first, double last) = panel.IsUnitSquare ? (UnitSquare, 0, 1) : Limits(panel.Series);
        plot.Axes.SetLimits(limits);
        plot.Axes.Bottom.TickGenerator = new PlotTicks(first, last, panel.HasWholeNumbers);
        plot.Axes.Left.TickGenerator = panel.IsLogarithmic ? new DecadeTicks()
            : panel.IsUnitSquare ? new PlotTicks(0, 1, wholeNumbers: false)
            : new PlotTicks(double.NegativeInfinity, double.PositiveInfinity, wholeNumbers: false);
        if (panel.HasLegend)
        {
            plot.Legend = new LineLegend(plot, panel.Series);
            plot.Axes.Rules.Add(new LegendHeadroom(panel.Series, limits));
        }

        return plot;
    }

    private static void AddSeries(Plot plot, LineSeries series)
    {
        // Also an empty curve, because ScottPlot creates no ticks for a plot without curves.
        foreach ((double X, double Y)[] run in series.Runs().DefaultIfEmpty([]))
        {
            Scatter curve = plot.Add.Scatter(run.Select(point => point.X).ToArray(), run.Select(point => point.Y).ToArray());
            curve.LineStyle = series.Look.NewLineStyle();
            curve.PathStrategy = series.Look.Path;

            // A point between two gaps has no line, so it needs a marker.
            curve.MarkerStyle = series.IsMarked || run.Length == 1 ? series.Look.NewMarkerStyle() : MarkerStyle.None;
        }
    }

    private static void AddRemark(Plot plot, string text)
    {
        Annotation remark = plot.Add.Annotation(text, Alignment.MiddleCenter);
        PlotFont.Apply(remark.LabelStyle, PlotFigure.SmallText, PlotFigure.Ink);
        remark.LabelBackgroundColor = Colors.Transparent;
        remark.LabelBorderColor = Colors.Transparent;
        remark.LabelShadowColor = Colors.Transparent;
    }

    /// <summary>Limits with a margin around all points, and the first and last x.</summary>
    private static (AxisLimits Limits, double First, double Last) Limits(IReadOnlyList<LineSeries> series)
    {
        double[] xs = [.. series.SelectMany(one => one.Xs)];
        double[] ys = [.. series.SelectMany(one => one.Runs()).SelectMany(run => run).Select(point => point.Y)];
        (double left, double right) = WithMargin(xs.Min(), xs.Max(), 0.03, 0.5);
        double low = ys.Length == 0 ? 0 : ys.Min();
        double high = ys.Length == 0 ? 1 : ys.Max();
        (double bottom, double top) = WithMargin(low, high, 0.05, low == 0 ? 0.5 : Math.Abs(low) / 2);
        return (new AxisLimits(left, right, bottom, top), xs.Min(), xs.Max());
    }

    private static (double From, double To) WithMargin(double from, double to, double share, double ifEqual)
    {
        // Otherwise points that differ only by rounding would fill the axis.
        double margin = to - from <= 1e-12 * Math.Abs(to) ? ifEqual : (to - from) * share;
        return (from - margin, to + margin);
    }
}
