using CifarVision.Formats;
using CifarVision.Runtime;
using CifarVision.Serialization;
using F = TorchSharp.torch.nn.functional;

namespace CifarVision.Layers;

/// <summary>Average pooling: (N, H, W, C) -> (N, H', W', C). The mean excludes padding.</summary>
public sealed class AveragePooling2D : Pooling2D
{
    /// <summary>Creates the layer.</summary>
    /// <param name="poolSize">The height and width of the pooling window, in pixels. Default 2.</param>
    /// <param name="strides">The strides, in pixels. Default <paramref name="poolSize"/>.</param>
    /// <param name="padding">The padding. Default <see cref="Padding.Valid"/>.</param>
    /// <param name="name">The name, unique in a model. Default <c>average_pooling2d</c>, numbered.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size or stride is less than 1.</exception>
    public AveragePooling2D(Size2D? poolSize = null, Size2D? strides = null, Padding padding = Padding.Valid, string? name = null)
        : base("Average", poolSize, strides, padding, name)
    {
    }

    internal static AveragePooling2D FromConfig(KerasConfig config) =>
        new(config.OptionalSize("pool_size"), config.OptionalSize("strides"), config.ChannelsLast().Choice("padding", Padding.Valid), config.Name());

    /// <inheritdoc/>
    protected override Tensor ForwardCore(Tensor x, bool training)
    {
        (Tensor images, long[] padding) = Window.Pad(x, 0);
        Tensor means = Average(images, padding);
        if (ReferenceEquals(images, x))
            return means;

        // This mean includes the zeros of the padding. The same mean over ones is the fraction of each window that lies inside the image.
        (Tensor inside, _) = Window.Pad(torch.ones([1, x.shape[1], x.shape[2], 1], x.dtype, x.device), 0);
        return means / Average(inside, padding);
    }

    /// <inheritdoc/>
    private protected override (string Name, OnnxAttribute Value)[] OnnxSettings(TensorShape input) => [("count_include_pad", 0), .. base.OnnxSettings(input)];

    private Tensor Average(Tensor images, long[] padding) => F.avg_pool2d(
        images.permute(0, 3, 1, 2), [PoolSize.Height, PoolSize.Width], [Strides.Height, Strides.Width], padding, count_include_pad: false).permute(0, 2, 3, 1);
}
