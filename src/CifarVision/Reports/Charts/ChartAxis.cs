namespace CifarVision.Reports.Charts;

/// <summary>An axis: its range, and round numbers in it.</summary>
internal sealed class ChartAxis
{
    private const int MostTicks = 5;

    private static readonly int[] Factors = [1, 2, 5, 10];

    private ChartAxis(string title, double low, double high, IReadOnlyList<double> ticks) => (Title, Low, High, Ticks) = (title, low, high, ticks);

    /// <summary>What the axis measures.</summary>
    public string Title { get; }

    /// <summary>The number at its start.</summary>
    public double Low { get; }

    /// <summary>The number at its end.</summary>
    public double High { get; }

    /// <summary>The numbers that are written.</summary>
    public IReadOnlyList<double> Ticks { get; }

    /// <summary>Creates an axis from 0 to 1.</summary>
    public static ChartAxis Unit(string title) => new(title, 0, 1, [0, 0.25, 0.5, 0.75, 1]);

    /// <summary>Creates an axis of whole numbers, which begins and ends with the first and the last.</summary>
    public static ChartAxis Whole(string title, double first, double last)
    {
        double step = Math.Max(1, Step(last - first));
        IEnumerable<double> ticks = Enumerable.Range(0, (MostTicks * 2) + 1).Select(i => (Math.Ceiling(first / step) + i) * step).TakeWhile(tick => tick <= last);
        return first == last ? new ChartAxis(title, first - 0.5, last + 0.5, [first]) : new ChartAxis(title, first, last, [.. ticks]);
    }

    /// <summary>Creates an axis that encloses values, between round numbers.</summary>
    public static ChartAxis Around(string title, IEnumerable<double> values)
    {
        double[] finite = [.. values.Where(double.IsFinite)];
        (double low, double high) = finite.Length == 0 ? (0, 1) : (finite.Min(), finite.Max());
        double step = Step(high - low);
        (double first, double last) = (Math.Floor(low / step), Math.Ceiling(high / step));
        if (first == last)
            last++;
        return new ChartAxis(title, first * step, last * step, [.. Enumerable.Range(0, (int)(last - first) + 1).Select(i => (first + i) * step)]);
    }

    /// <summary>Returns the place of a number on the axis, from 0 to 1.</summary>
    public double Place(double value) => (value - Low) / (High - Low);

    // 1, 2 or 5 times a power of ten, so that there are at most five steps.
    private static double Step(double range)
    {
        if (range <= 0)
            return 1;
        double power = Math.Pow(10, Math.Floor(Math.Log10(range / MostTicks)));
        return Factors.Select(factor => factor * power).First(step => range / step <= MostTicks + 1e-9);
    }
}
