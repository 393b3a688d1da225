using CifarVision.Losses;
using CifarVision.Runtime;

namespace CifarVision.Metrics;

/// <summary>The base class of metrics that are means over samples. A derived class computes the value of each sample.</summary>
/// <remarks>The mean, or with sample weights the weighted sum divided by the sum of the weights. Totals are float64 for float64 outputs, else float32, as in Keras.</remarks>
public abstract class MeanMetric : Metric
{
    private const string Total = "total";
    private const string Count = "count";

    private readonly DeviceTotals _totals;

    /// <inheritdoc/>
    protected MeanMetric(string name)
        : base(name) => _totals = new DeviceTotals(GetType().Name, Total, Count);

    /// <inheritdoc/>
    public sealed override void Update(Tensor yTrue, Tensor yPred, Tensor? sampleWeight = null)
    {
        using var scope = torch.NewDisposeScope();
        using var noGrad = torch.no_grad();
        Add(SampleMetrics(yTrue, yPred), sampleWeight);
        GC.KeepAlive((yTrue, yPred, sampleWeight, this));
    }

    /// <inheritdoc/>
    public sealed override double Result()
    {
        if (_totals.IsEmpty)
            return 0;
        double count = _totals.Read(Count)[0];
        double mean = count == 0 ? 0 : _totals.Read(Total)[0] / count;
        return _totals.TypeOf(Total) == ScalarType.Float64 ? mean : (float)mean;
    }

    /// <inheritdoc/>
    public sealed override void Reset() => _totals.Clear();

    /// <inheritdoc/>
    public sealed override IReadOnlyDictionary<string, NDArray> GetState() => _totals.GetState();

    /// <inheritdoc/>
    public sealed override void SetState(IReadOnlyDictionary<string, NDArray> state) => _totals.SetState(state);

    /// <summary>Adds the values of the samples of a batch.</summary>
    private protected void Add(Tensor values, Tensor? sampleWeight)
    {
        if (sampleWeight is null)
        {
            _totals.Add(Total, values.sum().reshape(1));
            _totals.Add(Count, TorchMath.Full(1, values.numel(), values.dtype, values.device));
        }
        else
        {
            Tensor weights = SampleValues.Weights(sampleWeight, values, GetType().Name);
            _totals.Add(Total, (values * weights).sum().reshape(1));
            _totals.Add(Count, weights.sum().reshape(1));
        }
    }

    /// <summary>Computes the value of each sample, (N), in float32, or in float64 for float64 outputs.</summary>
    internal Tensor SampleMetrics(Tensor yTrue, Tensor yPred)
    {
        ArgumentNullException.ThrowIfNull(yTrue);
        ArgumentNullException.ThrowIfNull(yPred);
        Tensor outputs = SampleValues.AtLeastFloat32(yPred);
        Tensor values = PerSample(yTrue, outputs).to(outputs.dtype);
        return SampleValues.OnePerSample(values, yPred, GetType().Name);
    }

    /// <summary>Computes the value of each sample.</summary>
    /// <param name="yTrue">The truth, (N, ...), of any type.</param>
    /// <param name="yPred">The model's output, (N, ...), of type float32 or float64.</param>
    /// <returns>A tensor (N), boolean or numeric; a tensor (N, ...) is averaged per sample.</returns>
    protected abstract Tensor PerSample(Tensor yTrue, Tensor yPred);
}
