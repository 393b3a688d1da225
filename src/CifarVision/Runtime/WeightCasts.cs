namespace CifarVision.Runtime;

/// <summary>
/// Caches weights in the compute dtype, so that Predict and Evaluate convert them once for all batches. The cache belongs to the thread that created it, and is
/// used only while no gradients are recorded: training changes the weights, so it converts them in every step.
/// </summary>
internal sealed class WeightCasts : IDisposable
{
    [ThreadStatic]
    private static WeightCasts? _open;

    private readonly WeightCasts? _outer = _open;
    private readonly Dictionary<Weight, Tensor> _casts = [];

    public WeightCasts() => _open = this;

    /// <summary>Returns the tensor of a weight in a dtype: the tensor itself, or a copy that gradients flow through.</summary>
    public static Tensor Of(Weight weight, ScalarType type)
    {
        if (weight.Value.dtype == type)
            return weight.Value;
        if (_open is null || torch.is_grad_enabled())
            return weight.Value.to(type);
        if (!_open._casts.TryGetValue(weight, out Tensor? cast))
            _open._casts.Add(weight, cast = weight.Value.to(type).DetachFromDisposeScope());
        return cast;
    }

    public void Dispose()
    {
        _open = _outer;
        foreach (Tensor cast in _casts.Values)
            cast.Dispose();
    }
}
