using ScottPlot;

namespace CifarVision.Plotting.Lines;

/// <summary>Raises the upper end of the vertical axis so far that a legend at the upper left covers no curve.</summary>
/// <param name="series">The curves.</param>
/// <param name="limits">The axes without a legend.</param>
internal sealed class LegendHeadroom(IReadOnlyList<LineSeries> series, AxisLimits limits) : IAxisRule
{
    private const float Gap = 6;

    public void Apply(RenderPack rp, bool beforeLayout)
    {
        if (beforeLayout)
            return;
        Legend legend = rp.Plot.Legend;
        PixelRect inside = rp.DataRect.Contract(legend.Margin);
        PixelRect size = legend.GetLayout(inside.Size, rp.Paint).LegendRect;
        double right = limits.Left + (limits.HorizontalSpan * (legend.Margin.Left + size.Width + Gap) / rp.DataRect.Width);
        double free = 1 - ((legend.Margin.Top + size.Height + Gap) / rp.DataRect.Height);
        double below = HighestUpTo(right);
        double top = free > 0.2 && below > limits.Bottom ? limits.Bottom + ((below - limits.Bottom) / free) : limits.Top;
        rp.Plot.Axes.SetLimitsY(limits.Bottom, Math.Max(limits.Top, top));
    }

    /// <summary>Returns the highest point of the curves from the left end to an x, which may be between two points.</summary>
    private double HighestUpTo(double x)
    {
        double highest = double.NegativeInfinity;
        foreach ((double X, double Y)[] run in series.SelectMany(one => one.Runs()))
        {
            for (int i = 0; i < run.Length && (i == 0 || run[i - 1].X < x); i++)
            {
                if (run[i].X <= x)
                    highest = Math.Max(highest, run[i].Y);
                else if (i > 0)
                    highest = Math.Max(highest, run[i - 1].Y + ((run[i].Y - run[i - 1].Y) * (x - run[i - 1].X) / (run[i].X - run[i - 1].X)));
            }
        }

        return highest;
    }
}
