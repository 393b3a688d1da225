using CifarVision.Plotting.Lines;
using ScottPlot;
using SkiaSharp;

namespace CifarVision.Plotting;

/// <summary>The common style of all pictures, and panels side by side in one file.</summary>
internal static class PlotFigure
{
    /// <summary>The default width, in pixels: 10 inches at 100 dots per inch.</summary>
    public const int DefaultWidth = 1000;

    /// <summary>The default height, in pixels: 5 inches at 100 dots per inch.</summary>
    public const int DefaultHeight = 500;

    /// <summary>The size of tick labels and legends, in pixels.</summary>
    public const float SmallText = 12;

    /// <summary>The size of labels of axes, in pixels.</summary>
    public const float Text = 13;

    /// <summary>The size of titles, in pixels.</summary>
    public const float TitleText = 15;

    /// <summary>The color of text.</summary>
    public static readonly Color Ink = new("#262626");

    /// <summary>The color of grid lines and of frames around legends.</summary>
    public static readonly Color Grid = new("#E6E6E6");

    /// <summary>The color of axes and connections.</summary>
    public static readonly Color AxisColor = new("#808080");

    private const float Margin = 8;

    /// <summary>Creates an empty plot in the library's style.</summary>
    public static Plot NewPlot(string title, string xLabel, string yLabel)
    {
        var plot = new Plot();
        plot.Title(title);
        plot.XLabel(xLabel);
        plot.YLabel(yLabel);
        PlotFont.Apply(plot.Axes.Title.Label, TitleText, Ink);
        foreach (IAxis axis in (IAxis[])[plot.Axes.Bottom, plot.Axes.Left])
        {
            PlotFont.Apply(axis.Label, Text, Ink);
            PlotFont.Apply(axis.TickLabelStyle, SmallText, Ink);
            axis.FrameLineStyle.Color = AxisColor;
            axis.MajorTickStyle.Color = AxisColor;
        }

        PlotFont.Center(plot.Axes.Left.TickLabelStyle);
        plot.Axes.Top.FrameLineStyle.IsVisible = false;
        plot.Axes.Right.FrameLineStyle.IsVisible = false;
        plot.Grid.MajorLineColor = Grid;
        return plot;
    }

    /// <summary>Saves panels side by side. Text and lines scale with the picture: twice the default size is the same figure at twice the resolution.</summary>
    /// <exception cref="ArgumentException">The path ends with neither .png nor .svg.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The width or height is not from 100 to 10,000.</exception>
    public static void SaveColumns(
        string path, int width, int height, IReadOnlyList<LinePanel> panels, FigureLegend? legend = null, int defaultWidth = DefaultWidth, int defaultHeight = DefaultHeight)
    {
        Plot[] plots = [.. panels.Select(LineChart.Create)];
        try
        {
            PlotFile.Save(path, width, height, Unit(width, height, defaultWidth, defaultHeight), (canvas, size) => DrawColumns(canvas, size, plots, legend));
        }
        finally
        {
            foreach (Plot plot in plots)
                plot.Dispose();
        }
    }

    /// <summary>Returns the pixels per unit of a figure designed for a size. Smaller pictures have smaller text, but it stays readable.</summary>
    public static float Unit(int width, int height, int defaultWidth, int defaultHeight) =>
        Math.Max(0.75f, Math.Min(width / (float)defaultWidth, height / (float)defaultHeight));

    private static void DrawColumns(SKCanvas canvas, SKSize size, Plot[] plots, FigureLegend? legend)
    {
        float bottom = size.Height - Margin - (legend?.Height(size.Width - (2 * Margin), size.Height) ?? 0);
        float column = (size.Width - Margin) / plots.Length;
        PixelRect[] areas = [.. plots.Select((_, i) => new PixelRect(Margin + (i * column), Margin + ((i + 1) * column), bottom, 0))];
        Align(plots, areas);
        for (int i = 0; i < plots.Length; i++)
            plots[i].Render(canvas, areas[i]);
        legend?.Draw(canvas, Margin, size.Width - Margin, bottom, size.Height);
    }

    /// <summary>Lays out the plots by drawing them without output, with the same width for labels left of each.</summary>
    private static void Align(Plot[] plots, PixelRect[] areas)
    {
        // The second time for what the width and the axis rules moved: a plot that still moves when it is drawn is drawn twice over itself.
        for (int pass = 0; pass < 2; pass++)
        {
            for (int i = 0; i < plots.Length; i++)
            {
                using var nothing = new SKNoDrawCanvas((int)areas[i].Right, (int)areas[i].Bottom);
                plots[i].RenderManager.ClearCanvasBeforeEachRender = false;
                plots[i].Render(nothing, areas[i]);
            }

            float left = plots.Max(plot => plot.LastRender.Layout.PanelSizes[plot.Axes.Left]);
            foreach (Plot plot in plots)
                plot.Axes.Left.MinimumSize = left;
        }
    }
}
