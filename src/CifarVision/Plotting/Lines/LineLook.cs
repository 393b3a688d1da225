using ScottPlot;

namespace CifarVision.Plotting.Lines;

/// <summary>The look of a curve. Curves differ in color and, for readers who cannot see colors, in dashes and markers.</summary>
/// <param name="Color">The color of the line and of the marker.</param>
/// <param name="Path">Solid or dashed.</param>
/// <param name="Marker">The marker of single points.</param>
internal sealed record LineLook(Color Color, DashedPath Path, MarkerShape Marker)
{
    private const float LineWidth = 1.8f;

    // Colors that color-blind readers can distinguish (Okabe and Ito, 2008).
    private static readonly LineLook[] All =
    [
        new(new("#0072B2"), new([]), MarkerShape.FilledCircle),
        new(new("#D55E00"), new([7, 3.5f]), MarkerShape.FilledSquare),
        new(new("#009E73"), new([2, 2.5f]), MarkerShape.FilledTriangleUp),
        new(new("#CC79A7"), new([8, 3, 2, 3]), MarkerShape.FilledDiamond),
        new(new("#E69F00"), new([12, 3]), MarkerShape.FilledTriangleDown),
        new(new("#56B4E9"), new([5, 2]), MarkerShape.FilledCircle),
    ];

    /// <summary>The look of a line to compare with: gray and dashed.</summary>
    public static LineLook Gray { get; } = new(PlotFigure.AxisColor, new([4, 4]), MarkerShape.None);

    /// <summary>The look of curves without names: gray, thin and pale.</summary>
    public static LineLook Others { get; } = new LineLook(PlotFigure.AxisColor, new([]), MarkerShape.None).Faint();

    private float Width { get; init; } = LineWidth;

    private float MarkerSize { get; init; } = 6;

    /// <summary>Returns the look of the n-th curve. After six curves, colors repeat with other dashes; after 36, looks repeat.</summary>
    public static LineLook Of(int index)
    {
        LineLook shape = All[(index + (index / All.Length)) % All.Length];
        return All[index % All.Length] with { Path = shape.Path, Marker = shape.Marker };
    }

    /// <summary>Returns the same look, thin and pale, for a curve in the background.</summary>
    public LineLook Faint() => this with { Width = LineWidth / 2, MarkerSize = 3.5f, Color = Color.WithAlpha(0.55) };

    /// <summary>Creates the marker of a point.</summary>
    public MarkerStyle NewMarkerStyle() => new(Marker, MarkerSize, Color);

    /// <summary>The line without its path.</summary>
    public LineStyle NewLineStyle() => new(Width, Color) { StrokeJoin = SkiaSharp.SKStrokeJoin.Round };
}
