using System.Text.Json.Nodes;
using CifarVision.Runtime;
using CifarVision.Formats;
using CifarVision.Serialization;
using F = TorchSharp.torch.nn.functional;

namespace CifarVision.Layers;

/// <summary>The largest value of each window: (N, H, W, C) -> (N, H', W', C). Padding never wins; of equal values the first gets the gradient.</summary>
public sealed class MaxPooling2D : Layer
{
    private readonly SlidingWindow _window;

    /// <summary>Keeps the settings.</summary>
    /// <param name="poolSize">Height and width of the window, in pixels. Default 2.</param>
    /// <param name="strides">How far the window moves, in pixels. Default the pool's size.</param>
    /// <param name="padding">What happens at the border. Default <see cref="Padding.Valid"/>: only whole windows.</param>
    /// <param name="name">Unique inside a model. Default <c>max_pooling2d</c>, numbered.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size or stride is under 1.</exception>
    public MaxPooling2D(Size2D? poolSize = null, Size2D? strides = null, Padding padding = Padding.Valid, string? name = null)
        : base(name) =>
        _window = new SlidingWindow(nameof(MaxPooling2D), nameof(poolSize), poolSize ?? 2, strides ?? poolSize ?? 2, 1, padding);

    /// <summary>Height and width of the window.</summary>
    public Size2D PoolSize => _window.Size;

    /// <summary>How far the window moves.</summary>
    public Size2D Strides => _window.Strides;

    /// <summary>What happens at the border.</summary>
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
