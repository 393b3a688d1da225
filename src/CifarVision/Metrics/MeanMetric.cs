namespace CifarVision.Metrics;

/// <summary>A metric that is a mean over samples. A derived class says the value of each sample.</summary>
public abstract class MeanMetric : Metric
{
    // On the device, so that a step reads nothing back; float32 like Keras' own totals.
    private Tensor? _total;
    private Tensor? _count;

    /// <inheritdoc/>
    protected MeanMetric(string name)
        : base(name)
    {
    }

    /// <inheritdoc/>
    public sealed override void Update(Tensor yTrue, Tensor yPred, Tensor? sampleWeight = null)
    {
        ArgumentNullException.ThrowIfNull(yTrue);
        ArgumentNullException.ThrowIfNull(yPred);
        using var scope = torch.NewDisposeScope();
        using var noGrad = torch.no_grad();
        Tensor values = PerSample(yTrue, yPred).to(ScalarType.Float32);
        _total ??= torch.zeros(1, device: values.device).DetachFromDisposeScope();
        _count ??= torch.zeros(1, device: values.device).DetachFromDisposeScope();
        if (sampleWeight is null)
        {
            _total.add_(values.sum());
            _count.add_(values.numel());
        }
        else
        {
            Tensor weights = sampleWeight.to(ScalarType.Float32).reshape(values.shape);
            _total.add_((values * weights).sum());
            _count.add_(weights.sum());
        }
    }

    /// <inheritdoc/>
    public sealed override double Result()
    {
        if (_total is null || _count is null)
            return 0;
        float total = _total.item<float>();
        float count = _count.item<float>();
        return count == 0 ? 0 : total / count;
    }

    /// <inheritdoc/>
    public sealed override void Reset()
    {
        _total?.Dispose();
        _count?.Dispose();
        _total = null;
        _count = null;
    }

    /// <summary>The value of each sample.</summary>
    /// <param name="yTrue">The truth.</param>
    /// <param name="yPred">The model's output.</param>
    /// <returns>A tensor (N).</returns>
    protected abstract Tensor PerSample(Tensor yTrue, Tensor yPred);
}
