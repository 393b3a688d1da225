namespace CifarVision.Models;

/// <summary>The running mean of the loss, weighted by samples. Totals stay on the device until the mean is asked for.</summary>
internal sealed class LossTracker
{
    private Tensor? _total;
    private long _samples;

    public void Add(Tensor loss, long samples)
    {
        using var scope = torch.NewDisposeScope();
        using var noGrad = torch.no_grad();
        _total ??= torch.zeros(1, device: loss.device).DetachFromDisposeScope();
        _total.add_(loss.detach().to(ScalarType.Float32), alpha: samples);
        _samples += samples;
    }

    public double Result() => _total is null ? 0 : _total.item<float>() / (float)_samples;

    public void Reset()
    {
        _total?.Dispose();
        _total = null;
        _samples = 0;
    }
}
