using System.Globalization;
using ScottPlot;

namespace CifarVision.Plotting.Lines;

/// <summary>Ticks of an axis of decimal logarithms: at powers of ten, and if there are few also at two and five times these.</summary>
internal sealed class DecadeTicks : ITickGenerator
{
    private const double PixelsBetweenRows = 30;

    public Tick[] Ticks { get; private set; } = [];

    public int MaxTickCount { get; set; } = 10;

    public void Regenerate(CoordinateRange range, Edge edge, PixelLength size, Paint paint, LabelStyle labelStyle) =>
        Ticks = Generate(range.Min, range.Max, (int)Math.Clamp(size.Length / PixelsBetweenRows, 2, MaxTickCount));

    /// <summary>Returns the ticks between two logarithms, at most <paramref name="most"/> unless a single decade has more.</summary>
    internal static Tick[] Generate(double from, double to, int most)
    {
        int[] digits = to - from < 2.5 ? [1, 2, 5] : [1];
        int stride = Math.Max(1, (int)Math.Ceiling((to - from) / most));
        var ticks = new List<Tick>();
        for (int power = (int)Math.Floor(from); power <= to; power++)
        {
            foreach (int digit in digits.Where(digit => power % stride == 0 && power + Math.Log10(digit) >= from && power + Math.Log10(digit) <= to))
                ticks.Add(Tick.Major(power + Math.Log10(digit), string.Create(CultureInfo.InvariantCulture, $"{digit}e{power:+0;-0;+0}")));
        }

        return [.. ticks];
    }
}
