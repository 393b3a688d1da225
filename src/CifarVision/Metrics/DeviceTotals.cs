using CifarVision.Runtime;

namespace CifarVision.Metrics;

/// <summary>Named totals on the device that outlive the steps.</summary>
/// <param name="owner">The metric, for messages.</param>
/// <param name="names">The names of the totals: Keras' names of its variables.</param>
internal sealed class DeviceTotals(string owner, params string[] names)
{
    private readonly Dictionary<string, Tensor> _totals = [];

    /// <summary>Whether nothing has been added since the last <see cref="Clear"/>.</summary>
    public bool IsEmpty => _totals.Count == 0;

    /// <summary>Adds to a total; the first addend determines its shape, dtype and device.</summary>
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
            // Only after a state was restored, when the device was not known yet.
            Tensor moved = total.to(addend.device).DetachFromDisposeScope();
            total.Dispose();
            _totals[name] = total = moved;
        }

        total.AddInPlace(addend);
    }

    /// <summary>Reads the values of a total from the device.</summary>
    public double[] Read(string name)
    {
        using var scope = torch.NewDisposeScope();
        double[] values = _totals[name].cpu().to(ScalarType.Float64).data<double>().ToArray();
        GC.KeepAlive(this);
        return values;
    }

    /// <summary>Returns the dtype of a total.</summary>
    public ScalarType TypeOf(string name) => _totals[name].dtype;

    /// <summary>Removes all totals.</summary>
    public void Clear()
    {
        foreach (Tensor total in _totals.Values)
            total.Dispose();
        _totals.Clear();
    }

    /// <summary>Returns copies of the totals; empty if there are none.</summary>
    public IReadOnlyDictionary<string, NDArray> GetState() => _totals.ToDictionary(pair => pair.Key, pair => ArrayConversion.ToNDArray(pair.Value));

    /// <summary>Restores the result of <see cref="GetState"/>.</summary>
    /// <exception cref="ArgumentException">The names differ.</exception>
    public void SetState(IReadOnlyDictionary<string, NDArray> state)
    {
        ArgumentNullException.ThrowIfNull(state);
        if (state.Count > 0 && !state.Keys.ToHashSet().SetEquals(names))
            throw new ArgumentException($"{owner}: state must hold {string.Join(", ", names)}, but was {string.Join(", ", state.Keys)}.", nameof(state));
        Clear();
        TorchRuntime.EnsureLoaded();
        foreach ((string name, NDArray values) in state)
            _totals[name] = ArrayConversion.ToTensor(values, torch.CPU).DetachFromDisposeScope();
    }
}
