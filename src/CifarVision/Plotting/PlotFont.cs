using ScottPlot;
using SkiaSharp;

namespace CifarVision.Plotting;

/// <summary>
/// The font of every picture: DejaVu Sans, which travels in the assembly, since ScottPlot silently draws no text on a machine without fonts.
/// It is given to each label by itself: whatever ScottPlot sets by name or for a whole plot also changes the plots of the user.
/// </summary>
internal static class PlotFont
{
    private const string Resource = "CifarVision.Plotting.Fonts.DejaVuSans.ttf";

    private static readonly Lazy<SKTypeface> LazyTypeface = new(Load);

    /// <summary>The font, as Skia knows it.</summary>
    public static SKTypeface Typeface => LazyTypeface.Value;

    /// <summary>Sets a label in the font.</summary>
    public static void Apply(LabelStyle label, float size, Color color)
    {
        label.Font = Typeface;
        label.FontSize = size;
        label.Bold = false;
        label.ForeColor = color;
    }

    /// <summary>Moves a label that ScottPlot centres so that its digits, and not its line, are in the middle.</summary>
    public static void Center(LabelStyle label)
    {
        using var font = new SKFont(Typeface, label.FontSize);
        float lineHeight = font.GetFontMetrics(out SKFontMetrics metrics);
        label.OffsetY = metrics.Bottom - ((lineHeight - metrics.CapHeight) / 2);
    }

    private static SKTypeface Load()
    {
        using Stream stream = typeof(PlotFont).Assembly.GetManifestResourceStream(Resource)
            ?? throw new InvalidOperationException($"PlotFont: the assembly must hold the resource {Resource}, but does not.");
        return SKTypeface.FromStream(stream)
            ?? throw new InvalidOperationException($"PlotFont: the resource {Resource} must be a font, but was not read as one.");
    }
}
