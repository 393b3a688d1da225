using System.Text.Json.Nodes;
using CifarVision.Runtime;
using CifarVision.Formats;
using CifarVision.Serialization;
using F = TorchSharp.torch.nn.functional;

namespace CifarVision.Layers;

/// <summary>Max pooling: (N, H, W, C) -> (N, H', W', C). Padding is never the maximum; of equal values the first gets the gradient.</summary>
public sealed class MaxPooling2D : Layer
{
    private readonly SlidingWindow _window;

    /// <summary>Creates the layer.</summary>
    /// <param name="poolSize">The height and width of the pooling window, in pixels. Default 2.</param>
    /// <param name="strides">The strides, in pixels. Default <paramref name="poolSize"/>.</param>
    /// <param name="padding">The padding. Default <see cref="Padding.Valid"/>.</param>
    /// <param name="name">The name, unique in a model. Default <c>max_pooling2d</c>, numbered.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size or stride is less than 1.</exception>
    public MaxPooling2D(Size2D? poolSize = null, Size2D? strides = null, Padding padding = Padding.Valid, string? name = null)
        : base(name) =>
        _window = new SlidingWindow(nameof(MaxPooling2D), nameof(poolSize), poolSize ?? 2, strides ?? poolSize ?? 2, 1, padding);

    /// <summary>The height and width of the pooling window.</summary>
    public Size2D PoolSize => _window.Size;

    /// <summary>The strides.</summary>
    public Size2D Strides => _window.Strides;

    /// <summary>The padding.</summary>
    public Padding Padding => _window.Padding;

    /// <inheritdoc/>
    public override TensorShape ComputeOutputShape(TensorShape inputShape) => _window.OutputShape(inputShape);

    /// <inheritdoc/>
    public override JsonObject GetConfig() => base.GetConfig().WithPooling(_window);

    internal static MaxPooling2D FromConfig(KerasConfig config) =>
        new(config.OptionalSize("pool_size"), config.OptionalSize("strides"), config.ChannelsLast().Choice("padding", Padding.Valid), config.Name());

    /// <inheritdoc/>
    protected override string ExportOnnxCore(OnnxGraph graph, string input) =>
        graph.ChannelsLast(graph.Add("MaxPool", [graph.ChannelsFirst(input)], _window.OnnxSettings(graph.ShapeOf(input))));

    /// <inheritdoc/>
    protected override Tensor ForwardCore(Tensor x, bool training)
    {
        (Tensor images, long[] padding) = _window.Pad(x, double.NegativeInfinity);
        return F.max_pool2d(images.permute(0, 3, 1, 2), [PoolSize.Height, PoolSize.Width], [Strides.Height, Strides.Width], padding).permute(0, 2, 3, 1);
    }

    private protected override TensorFlowJsTensor ExportTensorFlowJsCore(TensorFlowJsModel model, TensorFlowJsTensor input) =>
        AddTo(model, "MaxPooling2D", new JsonObject().WithPooling(_window), [input]);
}
