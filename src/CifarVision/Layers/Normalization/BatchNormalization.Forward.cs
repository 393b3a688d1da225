using CifarVision.Runtime;
using F = TorchSharp.torch.nn.functional;

namespace CifarVision.Layers;

/// <content>The computation: by the statistics of the batch in training, by the moving averages otherwise.</content>
public sealed partial class BatchNormalization
{
    // In standard deviations: the mean is subtracted first from here on, which costs a pass over the values. Nearer ones err by 2e-6 at most.
    private const double FarFromZero = 32;

    /// <summary>What inference multiplies each channel by, and what it then adds.</summary>
    internal (Tensor Scale, Tensor Shift) ScaleAndShift()
    {
        Tensor scale = _movingVariance!.Value.Add(Epsilon).rsqrt();
        if (_gamma is not null)
            scale = scale * _gamma.Value;
        Tensor shift = _movingMean!.Value.negative() * scale;
        return (scale, _beta is null ? shift : shift.Add(_beta.Value));
    }

    /// <inheritdoc/>
    protected override Tensor ForwardCore(Tensor x, bool training)
    {
        long channels = x.shape[^1];
        long samples = x.numel() / channels;
        bool byBatch = training && Trainable;
        if (byBatch && Synchronized && ReplicaSum.IsAvailable)
            return NormalizeByExactSums(x.to(_movingMean!.Value.dtype), samples, isShared: true).to(x.dtype);
        if (byBatch && samples == 1)
            return NormalizeOne(x);

        if (byBatch && x.dtype == _movingMean!.Value.dtype && x.device_type == DeviceType.CPU)
            return NormalizeByExactSums(x, samples);

        // (N, positions, 1, C) seen as (N, C, positions, 1) is torch's channels_last, for any rank.
        Tensor images = x.reshape(x.shape[0], samples / x.shape[0], 1, channels).permute(0, 3, 1, 2);
        Tensor y = byBatch ? NormalizeByBatch(images, samples) : NormalizeByAverages(images);
        return y.permute(0, 2, 3, 1).reshape(x.shape);
    }

    // Torch's kernel for the CPU adds the values of a channel one by one, whose rounding grows with their number. Here rows of groups * C values
    // take the place of rows of C values: sums are short, over the rows and then over the groups. The kernel only scales and shifts, and so
    // its gradients are sums over the rows; those of the statistics follow from the operations below. isShared: the batch is that of all replicas.
    private Tensor NormalizeByExactSums(Tensor x, long samples, bool isShared = false, Tensor? origin = null)
    {
        long channels = x.shape[^1];
        long groups = LargestDivisorUpToRoot(samples);
        Tensor rows = x.reshape(samples / groups, groups * channels);
        Tensor mean = MeanOfChannels(rows);
        Tensor center = mean.detach().repeat(groups);

        // The variance does not change with the mean, to first order: the deviations add up to 0.
        Tensor variance = MeanOfChannels(F.mse_loss(rows, center.expand(rows.shape), torch.nn.Reduction.None));
        if (isShared)
        {
            (mean, variance) = OverReplicas(mean, variance, samples);
            center = mean.detach().repeat(groups);
        }

        Tensor divisor = variance.Add(Epsilon);
        if (origin is null && x.device_type == DeviceType.CPU && IsFarFromZero(mean.detach(), divisor.detach()))
            return NormalizeByExactSums(x - mean.detach(), samples, isShared, mean.detach());
        UpdateAverages(origin is null ? mean.detach() : mean.detach().Add(origin), variance.detach(), 1);
        Tensor scale = divisor.rsqrt();
        if (_gamma is not null)
            scale = scale * _gamma.Value;

        // 0, but with the gradient of the mean.
        Tensor shift = (mean.detach() - mean) * scale;
        if (_beta is not null)
            shift = shift.Add(_beta.Value);

        // (1, rows, 1, values) seen as (1, values, rows, 1) is torch's channels_last.
        Tensor images = rows.reshape(1, samples / groups, 1, groups * channels).permute(0, 3, 1, 2);
        Tensor y = F.batch_norm(images, center, torch.ones_like(center), scale.repeat(groups), shift.repeat(groups), training: false, momentum: 0, eps: 0);
        return y.permute(0, 2, 3, 1).reshape(x.shape);

        Tensor MeanOfChannels(Tensor values) => values.sum([0L]).reshape(groups, channels).sum([0L]).Divide(samples);
    }

    // The replicas' sums of values and squares, and their numbers of samples, add up. In float64, what the last subtraction loses is far below float32,
    // also for means of FarFromZero standard deviations; those farther away are summed a second time.
    private static (Tensor Mean, Tensor Variance) OverReplicas(Tensor mean, Tensor variance, long samples)
    {
        long channels = mean.numel();
        Tensor own = torch.stack([mean, variance]).to(ScalarType.Float64);
        Tensor squares = own[1].Add(own[0].Square());
        Tensor sums = ReplicaSum.Of(torch.cat([own[0], squares, torch.ones(1, ScalarType.Float64, own.device)]).Multiply(samples));
        Tensor moments = sums / sums.narrow(0, 2 * channels, 1).detach();
        Tensor all = moments.narrow(0, 0, channels);
        Tensor spread = (moments.narrow(0, channels, channels) - all.Square()).ClampMin(0);
        return (all.to(mean.dtype), spread.to(variance.dtype));
    }

    // The kernel multiplies before it subtracts, and a float32 mean is itself rounded: both errors grow with the mean over the standard deviation.
    private static bool IsFarFromZero(Tensor mean, Tensor variance) => (mean.Square() > variance.Multiply(FarFromZero * FarFromZero)).any().data<bool>()[0];

    private static long LargestDivisorUpToRoot(long number)
    {
        long divisor = (long)Math.Sqrt(number);
        while (number % divisor != 0)
            divisor--;
        return divisor;
    }

    private Tensor NormalizeByBatch(Tensor images, long samples)
    {
        // With momentum 1 torch leaves the batch's own mean and unbiased variance in these. Backward reads them, so nothing may change them.
        Tensor mean = torch.zeros_like(_movingMean!.Value);
        Tensor variance = torch.zeros_like(_movingVariance!.Value);
        Tensor y = F.batch_norm(images, mean, variance, _gamma?.Value, _beta?.Value, training: true, momentum: 1, Epsilon);
        UpdateAverages(mean, variance, (double)(samples - 1) / samples);
        return y;
    }

    private Tensor NormalizeByAverages(Tensor images)
    {
        // Backward reads the averages; a training step in between would change them.
        bool recorded = torch.is_grad_enabled();
        Tensor mean = recorded ? _movingMean!.Value.clone() : _movingMean!.Value;
        Tensor variance = recorded ? _movingVariance!.Value.clone() : _movingVariance!.Value;
        return F.batch_norm(images, mean, variance, _gamma?.Value, _beta?.Value, training: false, momentum: 0, Epsilon);
    }

    // A single value is its own mean and has variance 0, where torch would divide by n - 1.
    private Tensor NormalizeOne(Tensor x)
    {
        Tensor value = x.to(_movingMean!.Value.dtype);
        Tensor mean = value.detach().reshape(-1);
        UpdateAverages(mean, torch.zeros_like(mean), 1);
        Tensor y = value - value;
        if (_gamma is not null)
            y = y * _gamma.Value;
        if (_beta is not null)
            y = y.Add(_beta.Value);
        return y.to(x.dtype);
    }

    private void UpdateAverages(Tensor mean, Tensor variance, double varianceFactor)
    {
        using var noGrad = torch.no_grad();
        // Each in one copy: Predict on another thread must not see an average that is only decayed.
        _movingMean!.Value.copy_(_movingMean.Value.Multiply(Momentum).AddInPlace(mean, scale: 1 - Momentum));
        _movingVariance!.Value.copy_(_movingVariance.Value.Multiply(Momentum).AddInPlace(variance, scale: (1 - Momentum) * varianceFactor));
    }
}
