namespace CifarVision.Tests.Testing;

/// <summary>Count, mean, standard deviation, smallest and largest of an array of random numbers.</summary>
internal sealed record Moments(int Count, double Mean, double Deviation, double Min, double Max)
{
    public static Moments Of(NDArray array)
    {
        double[] values = Near.Doubles(array);
        double mean = values.Average();
        double variance = values.Average(value => (value - mean) * (value - mean));
        return new Moments(values.Length, mean, Math.Sqrt(variance), values.Min(), values.Max());
    }

    /// <summary>Asserts mean and deviation up to four standard errors, those of a normal distribution, the widest one drawn from here.</summary>
    public void AssertNear(double mean, double deviation)
    {
        Assert.InRange(Mean, mean - (4 * deviation / Math.Sqrt(Count)), mean + (4 * deviation / Math.Sqrt(Count)));
        Assert.InRange(Deviation, deviation * (1 - (4 / Math.Sqrt(2.0 * Count))), deviation * (1 + (4 / Math.Sqrt(2.0 * Count))));
    }

    public void AssertWithin(double low, double high)
    {
        // One ulp of float32 for the bounds, which are doubles.
        Assert.True(Min >= low - (Math.Abs(low) * 6e-8), $"{Min:R} is under {low:R}");
        Assert.True(Max <= high + (Math.Abs(high) * 6e-8), $"{Max:R} is over {high:R}");
    }
}
