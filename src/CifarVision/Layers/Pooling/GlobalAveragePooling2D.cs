using CifarVision.Serialization;

namespace CifarVision.Layers;

/// <summary>Global average pooling, the mean of each channel: (N, H, W, C) -> (N, C).</summary>
/// <param name="keepDims">Whether the output is (N, 1, 1, C). Default false.</param>
/// <param name="name">The name, unique in a model. Default <c>global_average_pooling2d</c>, numbered.</param>
public sealed class GlobalAveragePooling2D(bool keepDims = false, string? name = null) : GlobalPooling2D("Average", keepDims, name)
{
    internal static GlobalAveragePooling2D FromConfig(KerasConfig config) => new(config.ChannelsLast().Flag("keepdims", false), config.Name());

    /// <inheritdoc/>
    protected override Tensor ForwardCore(Tensor x, bool training) => x.mean([1, 2], KeepDims);
}
