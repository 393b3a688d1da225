using System.Globalization;
using ScottPlot;

namespace CifarVision.Plotting;

/// <summary>
/// Ticks at multiples of 1, 2 or 5 times a power of ten, with the same number of decimals in every culture. ScottPlot's own ticks depend on the culture, mix 0
/// with 0.2, and may show an epoch -5.
/// </summary>
/// <param name="first">The smallest possible tick.</param>
/// <param name="last">The largest possible tick.</param>
/// <param name="wholeNumbers">Whether to use whole numbers only.</param>
internal sealed class PlotTicks(double first, double last, bool wholeNumbers) : ITickGenerator
{
    private const double PixelsBetweenRows = 45;
    private const double LettersBetweenColumns = 2;
    private const int FewestRows = 5;
    private const int FewestColumns = 2;

    public Tick[] Ticks { get; private set; } = [];

    public int MaxTickCount { get; set; } = 10;

    public void Regenerate(CoordinateRange range, Edge edge, PixelLength size, Paint paint, LabelStyle labelStyle)
    {
        double spacing = edge.IsVertical()
            ? PixelsBetweenRows
            : labelStyle.Measure(string.Create(CultureInfo.InvariantCulture, $"{last:0}"), paint).Width + (LettersBetweenColumns * labelStyle.FontSize);
        Ticks = Generate(Math.Max(first, range.Min), Math.Min(last, range.Max), range.Length, (int)Math.Clamp(size.Length / spacing, edge.IsVertical() ? FewestRows : FewestColumns, MaxTickCount));
    }

    /// <summary>Returns the ticks between two values, at most <paramref name="most"/> over the length of the axis.</summary>
    internal Tick[] Generate(double from, double to, double length, int most)
    {
        double step = Step(length / most);
        if (wholeNumbers)
            step = Math.Max(step, 1);
        double begin = Math.Ceiling(from / step);
        int count = (int)(Math.Floor(to / step) - begin) + 1;
        return [.. Enumerable.Range(0, Math.Max(count, 0)).Select(i => (begin + i) * step).Select(value => Tick.Major(value, Label(value, step, Math.Max(Math.Abs(from), Math.Abs(to)))))];
    }

    /// <summary>Returns the smallest of 1, 2 or 5 times a power of ten that is not smaller than a distance.</summary>
    private static double Step(double distance)
    {
        double power = Math.Pow(10, Math.Floor(Math.Log10(distance)));
        foreach (double factor in (ReadOnlySpan<double>)[1, 2, 5])
        {
            if (factor * power >= distance * (1 - 1e-9))
                return factor * power;
        }

        return 10 * power;
    }

    private static string Label(double value, double step, double largest)
    {
        int place = (int)Math.Floor(Math.Log10(step) + 1e-9);
        if (largest < 1e6 && place >= -5)
            return value.ToString($"F{Math.Max(0, -place)}", CultureInfo.InvariantCulture);
        int digits = Math.Clamp((int)Math.Floor(Math.Log10(largest)) - place, 0, 15);
        return value == 0 ? "0" : value.ToString($"0.{new string('0', digits)}e+0", CultureInfo.InvariantCulture);
    }
}
