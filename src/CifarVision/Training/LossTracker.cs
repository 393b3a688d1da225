using CifarVision.Runtime;

namespace CifarVision.Training;

/// <summary>
/// The running mean of the loss, weighted by samples; float64 for a float64 loss, else float32. Totals stay on the device until the mean is asked for.
/// </summary>
internal sealed class LossTracker
{
    private const string Total = "total";
    private const string Samples = "samples";

    private Tensor? _total;
    private long _samples;

    public void Add(Tensor loss, long samples)
    {
        using var scope = torch.NewDisposeScope();
        using var noGrad = torch.no_grad();
        _total ??= torch.zeros(1, loss.dtype == ScalarType.Float64 ? ScalarType.Float64 : ScalarType.Float32, loss.device).DetachFromDisposeScope();
        _total.AddInPlace(loss.detach().to(_total.dtype), scale: samples);
        _samples += samples;
    }

    /// <summary>Returns the mean over the rows of all processes; 0 before the first.</summary>
    public double Result(Distribution distribution)
    {
        bool isFloat64 = _total?.dtype == ScalarType.Float64;
        Span<double> sums = [_total is null ? 0 : isFloat64 ? _total.item<double>() : _total.item<float>(), _samples];
        distribution.Sum(sums);
        if (sums[1] == 0)
            return 0;
        return isFloat64 ? sums[0] / sums[1] : (float)sums[0] / (float)sums[1];
    }

    public void Reset()
    {
        _total?.Dispose();
        _total = null;
        _samples = 0;
    }

    /// <summary>The totals so far, as the state of a metric.</summary>
    public IReadOnlyDictionary<string, NDArray> GetState() => _total is null
        ? new Dictionary<string, NDArray>()
        : new Dictionary<string, NDArray> { [Total] = ArrayConversion.ToNDArray(_total), [Samples] = NDArray.Scalar(_samples) };

    /// <summary>Restores the result of <see cref="GetState"/>.</summary>
    public void SetState(IReadOnlyDictionary<string, NDArray> state, Device device)
    {
        Reset();
        if (state.Count == 0)
            return;
        _total = ArrayConversion.ToTensor(state[Total], device).DetachFromDisposeScope();
        _samples = state[Samples].ToArray<long>()[0];
    }
}
