using CifarVision.Runtime;

namespace CifarVision.Initializers;

/// <summary>Random values of variance <c>scale / fan</c>, the common rule of Glorot, He and LeCun.</summary>
internal static class FanScaling
{
    // The standard deviation of the standard normal distribution truncated at 2.
    private const double DeviationAfterCut = 0.87962566103423978;

    /// <summary>Fills an array.</summary>
    public static void Fill(
        Span<float> values, TensorShape shape, RandomStream random, double scale, VarianceScalingMode mode, VarianceScalingDistribution distribution)
    {
        (double fanIn, double fanOut) = Fans(shape);
        double fan = mode switch
        {
            VarianceScalingMode.FanIn => fanIn,
            VarianceScalingMode.FanOut => fanOut,
            _ => (fanIn + fanOut) / 2,
        };
        double variance = scale / Math.Max(1, fan);
        switch (distribution)
        {
            case VarianceScalingDistribution.TruncatedNormal:
                random.NextTruncatedNormal(values, 0, Math.Sqrt(variance) / DeviationAfterCut);
                break;
            case VarianceScalingDistribution.UntruncatedNormal:
                random.NextNormal(values, 0, Math.Sqrt(variance));
                break;
            default:
                double limit = Math.Sqrt(3 * variance);
                random.NextUniform(values, -limit, limit);
                break;
        }
    }

    /// <summary>Returns the number of inputs per output and of outputs per input: (kh*kw*in, kh*kw*out) for a convolution.</summary>
    public static (double In, double Out) Fans(TensorShape shape)
    {
        if (shape.Rank == 0)
            return (1, 1);
        if (shape.Rank == 1)
            return (shape[0], shape[0]);
        double window = (double)shape.ElementCount / (shape[^2] * shape[^1]);
        return (window * shape[^2], window * shape[^1]);
    }
}
