using F = TorchSharp.torch.nn.functional;

namespace CifarVision.Layers;

/// <summary>The mean and the biased variance of each channel of a batch, (C), combined from those of groups of samples.</summary>
/// <remarks>
/// On a CPU torch's batch normalization adds the values of a channel one by one in float32. Over 32,768 values its output is wrong by 5e-6,
/// where Keras' is by 6e-7. Here torch gives the statistics of up to 64 groups, which are combined in float64.
/// </remarks>
internal sealed class BatchStatistics
{
    // Below this torch's own error is about Keras'.
    private const long ManySamples = 8192;
    private const int MostGroups = 64;

    private BatchStatistics(Tensor mean, Tensor variance) => (Mean, Variance) = (mean, variance);

    public Tensor Mean { get; }

    public Tensor Variance { get; }

    /// <summary>Whether torch's own statistics are too coarse: those of many float32 values on a CPU.</summary>
    public static bool NeedRefining(Tensor images, long samples) =>
        samples >= ManySamples && images.dtype == ScalarType.Float32 && images.device_type == DeviceType.CPU;

    /// <summary>Computes the statistics of (samples, C).</summary>
    public static BatchStatistics Of(Tensor x)
    {
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        (long samples, long channels) = (x.shape[0], x.shape[1]);
        long groups = Enumerable.Range(1, MostGroups).Last(count => samples % count == 0);
        long each = samples / groups;

        // Each channel of each group is a channel of its own. With momentum 1 torch leaves the mean and the unbiased variance in these.
        Tensor means = torch.zeros(groups * channels);
        Tensor variances = torch.zeros(groups * channels);
        F.batch_norm(x.reshape(each, groups * channels), means, variances, training: true, momentum: 1);
        means = Wide(means).reshape(groups, channels);
        variances = Wide(variances).reshape(groups, channels).mul((double)(each - 1) / each);
        Tensor mean = means.mean([0]);
        Tensor between = means.sub(mean).square();
        Tensor variance = variances.sub(between.neg()).mean([0]);
        return new BatchStatistics(mean.to(ScalarType.Float32).MoveToOuterDisposeScope(), variance.to(ScalarType.Float32).MoveToOuterDisposeScope());
    }

    /// <summary>
    /// Corrects (samples, C) that was normalized by other statistics, in place. Autograd does not see it: the backward pass of batch normalization
    /// does not read its output.
    /// </summary>
    public void Correct(Tensor y, Tensor usedMean, Tensor usedVariance, Tensor? gamma, Tensor? beta, double epsilon)
    {
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        // The exact output is factor * y - drop. In float64, because the factor is nearly 1.
        Tensor exactSquare = Wide(Variance).add(epsilon);
        Tensor factor = Wide(usedVariance).add(epsilon).div(exactSquare).sqrt();
        Tensor drop = Wide(Mean).sub(Wide(usedMean)).div(exactSquare.sqrt());
        if (gamma is not null)
            drop = drop.mul(Wide(gamma));
        if (beta is not null)
            drop = drop.sub(Wide(beta).sub(Wide(beta).mul(factor)));
        y.mul_(factor.to(ScalarType.Float32)).sub_(drop.to(ScalarType.Float32));
    }

    private static Tensor Wide(Tensor values) => values.to(ScalarType.Float64);
}
