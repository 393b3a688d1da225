using ScottPlot;
using ScottPlot.PathStrategies;
using SkiaSharp;

namespace CifarVision.Plotting.Lines;

/// <summary>
/// Joins points by a dashed line whose dashes are separate lines, because Skia's SVG does not support dashes and prints a warning on stderr.
/// </summary>
/// <param name="dashes">The lengths of a dash, the gap after it, and so on, in pixels; an even number of them. Empty for a solid line.</param>
internal sealed class DashedPath(IReadOnlyList<float> dashes) : IPathStrategy
{
    private static readonly Straight Solid = new();

    public SKPath GetPath(IEnumerable<Pixel> pixels)
    {
        SKPath line = Solid.GetPath(pixels);
        if (dashes.Count == 0)
            return line;
        var dashed = new SKPath();
        using (line)
        {
            using var measure = new SKPathMeasure(line);
            float position = 0;
            for (int i = 0; position < measure.Length; position += dashes[i], i = (i + 1) % dashes.Count)
            {
                if (i % 2 == 0)
                    measure.GetSegment(position, position + dashes[i], dashed, startWithMoveTo: true);
            }
        }

        return dashed;
    }
}
