using CifarVision.Runtime;

namespace CifarVision.Metrics;

/// <summary>Named sums that live on the device from step to step, while what is added to them dies with the step.</summary>
/// <param name="owner">The metric, for messages.</param>
/// <param name="names">The names of the sums, as Keras calls its variables.</param>
internal sealed class DeviceTotals(string owner, params string[] names)
{
    private readonly Dictionary<string, Tensor> _totals = [];

    /// <summary>Whether nothing was added since the last <see cref="Clear"/>.</summary>
    public bool IsEmpty => _totals.Count == 0;

    /// <summary>Adds to a sum; the first addend says its shape, type and device.</summary>
    /// <exception cref="ArgumentException">The addend has another shape.</exception>
    public void Add(string name, Tensor addend)
    {
        if (!_totals.TryGetValue(name, out Tensor? total))
        {
            _totals[name] = addend.detach().clone().DetachFromDisposeScope();
            return;
        }

        if (!total.shape.AsSpan().SequenceEqual(addend.shape))
        {
            throw new ArgumentException(
                $"{owner}: every batch must give sums of shape {TensorShape.Format(total.shape)}, but was {TensorShape.Format(addend.shape)}. Call Reset before another number of classes.");
        }

        if (total.device_type != addend.device_type || total.device_index != addend.device_index)
        {
            // Only after a state was restored: that happens before the metric has seen a device.
            Tensor moved = total.to(addend.device).DetachFromDisposeScope();
            total.Dispose();
            _totals[name] = total = moved;
        }

        total.AddInPlace(addend);
    }

    /// <summary>The values of a sum, read from the device.</summary>
    public double[] Read(string name)
    {
        using var scope = torch.NewDisposeScope();
        double[] values = _totals[name].cpu().to(ScalarType.Float64).data<double>().ToArray();
        GC.KeepAlive(this);
        return values;
    }

    /// <summary>The dtype of a sum.</summary>
    public ScalarType TypeOf(string name) => _totals[name].dtype;

    /// <summary>Back to nothing.</summary>
    public void Clear()
    {
        foreach (Tensor total in _totals.Values)
            total.Dispose();
        _totals.Clear();
    }

    /// <summary>Copies of the sums, or none.</summary>
    public IReadOnlyDictionary<string, NDArray> GetState() => _totals.ToDictionary(pair => pair.Key, pair => ArrayConversion.ToNDArray(pair.Value));

    /// <summary>Takes over the sums that <see cref="GetState"/> gave, or none.</summary>
    /// <exception cref="ArgumentException">They have other names.</exception>
    public void SetState(IReadOnlyDictionary<string, NDArray> state)
    {
        ArgumentNullException.ThrowIfNull(state);
        if (state.Count > 0 && !state.Keys.ToHashSet().SetEquals(names))
            throw new ArgumentException($"{owner}: state must hold {string.Join(", ", names)}, but was {string.Join(", ", state.Keys)}.", nameof(state));
        Clear();
        foreach ((string name, NDArray values) in state)
            _totals[name] = ArrayConversion.ToTensor(values, torch.CPU).DetachFromDisposeScope();
    }
}
