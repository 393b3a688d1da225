using CifarVision.Runtime;
using F = TorchSharp.torch.nn.functional;

namespace CifarVision.Layers;

/// <content>The computation: by the statistics of the batch in training, by the moving averages otherwise.</content>
public sealed partial class BatchNormalization
{
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
        if (byBatch && samples == 1)
            return NormalizeOne(x);

        if (byBatch && x.dtype == _movingMean!.Value.dtype && x.device_type == DeviceType.CPU)
            return NormalizeByExactSums(x);

        // (N, positions, 1, C) seen as (N, C, positions, 1) is torch's channels_last, for any rank.
        Tensor images = x.reshape(x.shape[0], samples / x.shape[0], 1, channels).permute(0, 3, 1, 2);
        Tensor y = byBatch ? NormalizeByBatch(images, samples) : NormalizeByAverages(images);
        return y.permute(0, 2, 3, 1).reshape(x.shape);
    }

    private Tensor NormalizeByExactSums(Tensor x)
    {
        (Tensor mean, Tensor variance) = BatchFunction.Statistics(x);
        UpdateAverages(mean.to(x.dtype), variance.to(x.dtype), 1);
        return BatchFunction.apply(x, _gamma?.Value ?? torch.ones_like(_movingMean!.Value), _beta?.Value ?? torch.zeros_like(_movingMean!.Value), mean, variance.Add(Epsilon));
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
