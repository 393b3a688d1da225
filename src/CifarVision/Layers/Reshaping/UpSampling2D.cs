using System.Text.Json.Nodes;
using CifarVision.Formats;
using CifarVision.Runtime;
using CifarVision.Serialization;
using F = TorchSharp.torch.nn.functional;

namespace CifarVision.Layers;

/// <summary>Enlarges each image by whole factors: (N, H, W, C) -> (N, height H, width W, C).</summary>
/// <remarks>As in Keras 3, <see cref="Interpolation.Bilinear"/> takes pixels as areas: their centers lie at half coordinates, and the outermost pixels continue beyond the edges.</remarks>
public sealed class UpSampling2D : Layer
{
    /// <summary>Creates the layer.</summary>
    /// <param name="size">The factors of height and width, at least 1. Default 2.</param>
    /// <param name="interpolation">How values between pixels are computed. Default <see cref="Interpolation.Nearest"/>, which repeats rows and columns.</param>
    /// <param name="name">The name, unique in a model. Default <c>up_sampling2d</c>, numbered.</param>
    /// <exception cref="ArgumentOutOfRangeException">A factor is less than 1, or the interpolation is invalid.</exception>
    public UpSampling2D(Size2D? size = null, Interpolation interpolation = Interpolation.Nearest, string? name = null)
        : base(name)
    {
        (Size, Interpolation) = (size ?? 2, Require.Defined(interpolation, this));
        if (Size.Height < 1 || Size.Width < 1)
            throw new ArgumentOutOfRangeException(nameof(size), $"UpSampling2D: size must be at least 1 in both directions, but was {Size}.");
    }

    /// <summary>The factors of height and width.</summary>
    public Size2D Size { get; }

    /// <summary>How values between pixels are computed.</summary>
    public Interpolation Interpolation { get; }

    /// <inheritdoc/>
    public override TensorShape ComputeOutputShape(TensorShape inputShape)
    {
        Augmentation.RequireImages(inputShape, nameof(UpSampling2D));
        return new TensorShape(checked(inputShape[0] * Size.Height), checked(inputShape[1] * Size.Width), inputShape[2]);
    }

    /// <inheritdoc/>
    public override JsonObject GetConfig()
    {
        JsonObject config = base.GetConfig();
        config["size"] = Size.ToKeras();
        config["data_format"] = "channels_last";
        config["interpolation"] = KerasNames.ToSnakeCase(Interpolation.ToString());
        return config;
    }

    internal static UpSampling2D FromConfig(KerasConfig config) =>
        new(config.ChannelsLast().OptionalSize("size"), config.Choice("interpolation", Interpolation.Nearest), config.Name());

    /// <inheritdoc/>
    protected override string ExportOnnxCore(OnnxGraph graph, string input)
    {
        const string noRegion = "";
        bool isNearest = Interpolation == Interpolation.Nearest;
        string scales = graph.Constant("scales", torch.tensor([1f, 1f, Size.Height, Size.Width], device: torch.CPU));
        return graph.ChannelsLast(graph.Add(
            "Resize",
            [graph.ChannelsFirst(input), noRegion, scales],
            ("mode", isNearest ? "nearest" : "linear"),
            ("nearest_mode", "floor"),
            ("coordinate_transformation_mode", isNearest ? "asymmetric" : "half_pixel")));
    }

    /// <inheritdoc/>
    protected override Tensor ForwardCore(Tensor x, bool training)
    {
        (long count, long height, long width, long channels) = (x.shape[0], x.shape[1], x.shape[2], x.shape[3]);
        if (Interpolation == Interpolation.Nearest)
        {
            return x.reshape(count, height, 1, width, 1, channels)
                .expand(count, height, Size.Height, width, Size.Width, channels)
                .reshape(count, height * Size.Height, width * Size.Width, channels);
        }

        Tensor images = F.interpolate(x.permute(0, 3, 1, 2), [height * Size.Height, width * Size.Width], mode: torch.InterpolationMode.Bilinear, align_corners: false);
        return images.permute(0, 2, 3, 1);
    }

    private protected override TensorFlowJsTensor ExportTensorFlowJsCore(TensorFlowJsModel model, TensorFlowJsTensor input) => Interpolation == Interpolation.Nearest
        ? AddTo(model, "UpSampling2D", new() { ["size"] = Size.ToKeras(), ["interpolation"] = "nearest", ["data_format"] = "channels_last" }, [input])
        : throw NotInTensorFlowJs("its bilinear interpolation has other pixel centers", "Use Interpolation.Nearest");
}
