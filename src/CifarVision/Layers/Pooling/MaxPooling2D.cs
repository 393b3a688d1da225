using CifarVision.Runtime;
using CifarVision.Serialization;
using F = TorchSharp.torch.nn.functional;

namespace CifarVision.Layers;

/// <summary>Max pooling: (N, H, W, C) -> (N, H', W', C). Padding is never the maximum; of equal values the first gets the gradient.</summary>
public sealed class MaxPooling2D : Pooling2D
{
    /// <summary>Creates the layer.</summary>
    /// <param name="poolSize">The height and width of the pooling window, in pixels. Default 2.</param>
    /// <param name="strides">The strides, in pixels. Default <paramref name="poolSize"/>.</param>
    /// <param name="padding">The padding. Default <see cref="Padding.Valid"/>.</param>
    /// <param name="name">The name, unique in a model. Default <c>max_pooling2d</c>, numbered.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size or stride is less than 1.</exception>
    public MaxPooling2D(Size2D? poolSize = null, Size2D? strides = null, Padding padding = Padding.Valid, string? name = null)
        : base("Max", poolSize, strides, padding, name)
    {
    }

    internal static MaxPooling2D FromConfig(KerasConfig config) =>
        new(config.OptionalSize("pool_size"), config.OptionalSize("strides"), config.ChannelsLast().Choice("padding", Padding.Valid), config.Name());

    /// <inheritdoc/>
    protected override Tensor ForwardCore(Tensor x, bool training)
    {
        (Tensor images, long[] padding) = Window.Pad(x, double.NegativeInfinity);
        return F.max_pool2d(images.permute(0, 3, 1, 2), [PoolSize.Height, PoolSize.Width], [Strides.Height, Strides.Width], padding).permute(0, 2, 3, 1);
    }
}
