namespace CifarVision.Layers;

/// <summary>The mean and the biased variance of each channel of a batch, (C), summed in blocks.</summary>
/// <remarks>
/// On a CPU torch's batch normalization adds the values of a channel one by one in float32; over 32,768 values its statistics are wrong by
/// 5e-6, where Keras' are by 6e-7. Here blocks of rows are summed pairwise and the sums of the blocks are added in float64. A block fits the
/// cache, so the batch is read from memory once.
/// </remarks>
internal sealed class BatchStatistics
{
    // Below this torch's own error is about that of pairwise sums.
    private const long ManySamples = 2048;

    // A quarter of a megabyte of float32 for each thread.
    private const long BlockValuesPerThread = 1 << 16;

    private BatchStatistics(Tensor mean, Tensor variance) => (Mean, Variance) = (mean, variance);

    public Tensor Mean { get; }

    public Tensor Variance { get; }

    /// <summary>Whether torch's own statistics are too coarse: of many float32 values on a CPU. On a GPU it sums pairwise.</summary>
    public static bool NeedRefining(Tensor images, long samples) =>
        samples >= ManySamples && images.dtype == ScalarType.Float32 && images.device_type == DeviceType.CPU;

    /// <summary>Computes the statistics of (samples, C) from the deviations from a mean that is nearly right.</summary>
    public static BatchStatistics Refine(Tensor x, Tensor nearMean)
    {
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        var sums = new List<Tensor>();
        var squares = new List<Tensor>();
        foreach (Tensor block in Blocks(x))
        {
            using Tensor deviation = block.sub(nearMean);
            sums.Add(deviation.sum(0));
            squares.Add(deviation.mul_(deviation).sum(0));
        }

        Tensor offset = Total(sums).div(x.shape[0]);
        Tensor variance = Total(squares).div(x.shape[0]).sub(offset.square());
        Tensor mean = nearMean.to(ScalarType.Float64).sub(offset.neg());
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
        // y = factor * y + shift on the line through the used and the exact normalization, in float64 because the factor is nearly 1.
        Tensor factor = Wide(usedVariance).add(epsilon).div(Wide(Variance).add(epsilon)).sqrt();
        Tensor drop = Wide(Mean).sub(Wide(usedMean)).div(Wide(Variance).add(epsilon).sqrt());
        if (gamma is not null)
            drop = drop.mul(Wide(gamma));
        if (beta is not null)
            drop = drop.sub(Wide(beta).mul(factor.neg().add(1)));
        Tensor factor32 = factor.to(ScalarType.Float32);
        Tensor drop32 = drop.to(ScalarType.Float32);
        foreach (Tensor block in Blocks(y))
            block.mul_(factor32).sub_(drop32);
    }

    private static Tensor Wide(Tensor values) => values.to(ScalarType.Float64);

    private static Tensor Total(IEnumerable<Tensor> sums) => torch.stack(sums).sum(0, type: ScalarType.Float64);

    private static IEnumerable<Tensor> Blocks(Tensor rows)
    {
        long height = Math.Max(1, BlockValuesPerThread * torch.get_num_threads() / rows.shape[1]);
        for (long start = 0; start < rows.shape[0]; start += height)
        {
            using Tensor block = rows.narrow(0, start, Math.Min(height, rows.shape[0] - start));
            yield return block;
        }
    }
}
