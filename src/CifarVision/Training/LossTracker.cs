using CifarVision.Runtime;

namespace CifarVision.Training;

/// <summary>The running mean of the loss, weighted by samples. Totals stay on the device until the mean is asked for.</summary>
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
        _total ??= torch.zeros(1, device: loss.device).DetachFromDisposeScope();
        _total.AddInPlace(loss.detach().to(ScalarType.Float32), scale: samples);
        _samples += samples;
    }

    public double Result() => _total is null ? 0 : _total.item<float>() / (float)_samples;

    public void Reset()
    {
        _total?.Dispose();
        _total = null;
        _samples = 0;
    }

    /// <summary>What was gathered so far, as a metric's state.</summary>
    public IReadOnlyDictionary<string, NDArray> GetState() => _total is null
        ? new Dictionary<string, NDArray>()
        : new Dictionary<string, NDArray> { [Total] = ArrayConversion.ToNDArray(_total), [Samples] = NDArray.Scalar(_samples) };

    /// <summary>Goes on from what <see cref="GetState"/> gave.</summary>
    public void SetState(IReadOnlyDictionary<string, NDArray> state, Device device)
    {
        Reset();
        if (state.Count == 0)
            return;
        _total = ArrayConversion.ToTensor(state[Total], device).DetachFromDisposeScope();
        _samples = state[Samples].ToArray<long>()[0];
    }
}
