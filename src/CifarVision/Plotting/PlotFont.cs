using ScottPlot;
using SkiaSharp;

namespace CifarVision.Plotting;

/// <summary>
/// The font of all pictures: DejaVu Sans, an embedded resource, because ScottPlot silently draws no text on a machine without fonts. It is set for each label,
/// because ScottPlot's settings by name or for a whole plot would also change the user's own plots.
/// </summary>
internal static class PlotFont
{
    private const string Resource = "CifarVision.Plotting.Fonts.DejaVuSans.ttf";

    private static readonly Lazy<SKTypeface> LazyTypeface = new(Load);

    /// <summary>The font, for Skia.</summary>
    public static SKTypeface Typeface => LazyTypeface.Value;

    /// <summary>Sets the font of a label.</summary>
    public static void Apply(LabelStyle label, float size, Color color)
    {
        label.Font = Typeface;
        label.FontSize = size;
        label.Bold = false;
        label.ForeColor = color;
    }

    /// <summary>Moves a label that ScottPlot centers so that its digits, not its line, are centered.</summary>
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
