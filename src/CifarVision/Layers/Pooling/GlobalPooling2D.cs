using System.Text.Json.Nodes;
using CifarVision.Formats;
using CifarVision.Runtime;

namespace CifarVision.Layers;

/// <summary>The base of <see cref="GlobalAveragePooling2D"/> and <see cref="GlobalMaxPooling2D"/>, which reduce each channel of an image to one value.</summary>
public abstract class GlobalPooling2D : Layer
{
    // The operation in the names of Keras' layers and ONNX's operators: Average, Max.
    private readonly string _operation;

    private protected GlobalPooling2D(string operation, bool keepDims, string? name)
        : base(name) => (_operation, KeepDims) = (operation, keepDims);

    /// <summary>Whether the output is (N, 1, 1, C).</summary>
    public bool KeepDims { get; }

    /// <inheritdoc/>
    public override TensorShape ComputeOutputShape(TensorShape inputShape)
    {
        if (inputShape.Rank != 3)
            throw new ArgumentException($"{GetType().Name}: expected input of rank 4 (batch, height, width, channels), but was {inputShape}. Give it images.", nameof(inputShape));
        return KeepDims ? new TensorShape(1, 1, inputShape[2]) : inputShape[2];
    }

    /// <inheritdoc/>
    public override JsonObject GetConfig()
    {
        JsonObject config = base.GetConfig();
        config["data_format"] = "channels_last";
        config["keepdims"] = KeepDims;
        return config;
    }

    /// <inheritdoc/>
    protected override string ExportOnnxCore(OnnxGraph graph, string input)
    {
        string y = graph.Add($"Global{_operation}Pool", [graph.ChannelsFirst(input)]);
        return KeepDims ? graph.ChannelsLast(y) : graph.Add("Flatten", [y], ("axis", 1));
    }

    private protected override TensorFlowJsTensor ExportTensorFlowJsCore(TensorFlowJsModel model, TensorFlowJsTensor input) => KeepDims
        ? AddTo(model, $"{_operation}Pooling2D", new JsonObject().WithPooling(SlidingWindow.OverAll(input.Shape)), [input])
        : AddTo(model, $"Global{_operation}Pooling2D", new() { ["data_format"] = "channels_last" }, [input]);
}
