namespace CifarVision.Plotting.Lines;

/// <summary>The moving average of TensorBoard's slider.</summary>
internal static class Smoothing
{
    /// <summary>
    /// Each value as the mean of itself and those before it, whose weights fall by a factor from one to the next. Values that are not finite
    /// stay, and count in no mean.
    /// </summary>
    /// <param name="values">First to last.</param>
    /// <param name="factor">From 0, which changes nothing, to below 1.</param>
    public static double[] Apply(IReadOnlyList<double> values, double factor)
    {
        var smooth = new double[values.Count];
        double sum = 0;
        double weights = 0;
        for (int i = 0; i < smooth.Length; i++)
        {
            smooth[i] = values[i];
            if (!double.IsFinite(values[i]))
                continue;
            sum = (sum * factor) + (values[i] * (1 - factor));
            weights = (weights * factor) + (1 - factor);
            smooth[i] = sum / weights;
        }

        return smooth;
    }

    /// <summary>Checks a factor at the border.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is not from 0 to below 1.</exception>
    public static void Require(double smoothing, string owner)
    {
        if (smoothing is not (>= 0 and < 1))
            throw new ArgumentOutOfRangeException(nameof(smoothing), FormattableString.Invariant($"{owner}: smoothing must be from 0 to below 1, but was {smoothing}."));
    }
}
