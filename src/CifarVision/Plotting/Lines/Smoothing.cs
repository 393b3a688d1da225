namespace CifarVision.Plotting.Lines;

/// <summary>The exponential moving average of TensorBoard's slider.</summary>
internal static class Smoothing
{
    /// <summary>
    /// Returns each value as the mean of itself and the values before it, whose weights decrease by a factor from one to the next. Values that are not finite stay
    /// unchanged, and are not part of any mean.
    /// </summary>
    /// <param name="values">The values, first to last.</param>
    /// <param name="factor">The factor, at least 0, which changes nothing, and less than 1.</param>
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

    /// <summary>Checks a smoothing factor.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The factor is not at least 0 and less than 1.</exception>
    public static void Require(double smoothing, string owner)
    {
        if (smoothing is not (>= 0 and < 1))
            throw new ArgumentOutOfRangeException(nameof(smoothing), FormattableString.Invariant($"{owner}: smoothing must be from 0 to below 1, but was {smoothing}."));
    }
}
