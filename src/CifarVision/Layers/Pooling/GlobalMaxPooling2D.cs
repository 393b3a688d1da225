using CifarVision.Serialization;

namespace CifarVision.Layers;

/// <summary>Global max pooling, the maximum of each channel: (N, H, W, C) -> (N, C). Equal values share the gradient.</summary>
/// <param name="keepDims">Whether the output is (N, 1, 1, C). Default false.</param>
/// <param name="name">The name, unique in a model. Default <c>global_max_pooling2d</c>, numbered.</param>
public sealed class GlobalMaxPooling2D(bool keepDims = false, string? name = null) : GlobalPooling2D("Max", keepDims, name)
{
    internal static GlobalMaxPooling2D FromConfig(KerasConfig config) => new(config.ChannelsLast().Flag("keepdims", false), config.Name());

    /// <inheritdoc/>
    protected override Tensor ForwardCore(Tensor x, bool training) => x.amax([1, 2], KeepDims);
}
