using System.Text.Json.Nodes;
using CifarVision.Formats;
using CifarVision.Runtime;

namespace CifarVision.Layers;

/// <summary>The base of <see cref="AveragePooling2D"/> and <see cref="MaxPooling2D"/>, which reduce each window of an image to one value per channel.</summary>
public abstract class Pooling2D : Layer
{
    // The operation in the names of Keras' layers and ONNX's operators: Average, Max.
    private readonly string _operation;

    private protected Pooling2D(string operation, Size2D? poolSize, Size2D? strides, Padding padding, string? name)
        : base(name) =>
        (_operation, Window) = (operation, new SlidingWindow(GetType().Name, nameof(poolSize), poolSize ?? 2, strides ?? poolSize ?? 2, 1, padding));

    /// <summary>The height and width of the pooling window.</summary>
    public Size2D PoolSize => Window.Size;

    /// <summary>The strides.</summary>
    public Size2D Strides => Window.Strides;

    /// <summary>The padding.</summary>
    public Padding Padding => Window.Padding;

    /// <summary>The window, with the arithmetic of its padding.</summary>
    private protected SlidingWindow Window { get; }

    /// <inheritdoc/>
    public override TensorShape ComputeOutputShape(TensorShape inputShape) => Window.OutputShape(inputShape);

    /// <inheritdoc/>
    public override JsonObject GetConfig() => base.GetConfig().WithPooling(Window);

    /// <inheritdoc/>
    protected override string ExportOnnxCore(OnnxGraph graph, string input) =>
        graph.ChannelsLast(graph.Add($"{_operation}Pool", [graph.ChannelsFirst(input)], OnnxSettings(graph.ShapeOf(input))));

    /// <summary>Returns the attributes of the ONNX operator for an image of a shape.</summary>
    private protected virtual (string Name, OnnxAttribute Value)[] OnnxSettings(TensorShape input) => Window.OnnxSettings(input);

    private protected override TensorFlowJsTensor ExportTensorFlowJsCore(TensorFlowJsModel model, TensorFlowJsTensor input) =>
        AddTo(model, $"{_operation}Pooling2D", new JsonObject().WithPooling(Window), [input]);
}
