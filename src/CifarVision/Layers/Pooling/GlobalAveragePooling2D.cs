using System.Text.Json.Nodes;
using CifarVision.Runtime;
using CifarVision.Formats;
using CifarVision.Serialization;

namespace CifarVision.Layers;

/// <summary>The mean of each channel: (N, H, W, C) -> (N, C).</summary>
/// <param name="keepDims">Whether the output is (N, 1, 1, C). Default false.</param>
/// <param name="name">Unique inside a model. Default <c>global_average_pooling2d</c>, numbered.</param>
public sealed class GlobalAveragePooling2D(bool keepDims = false, string? name = null) : Layer(name)
{
    /// <summary>Whether the output is (N, 1, 1, C).</summary>
    public bool KeepDims { get; } = keepDims;

    /// <inheritdoc/>
    public override TensorShape ComputeOutputShape(TensorShape inputShape)
    {
        if (inputShape.Rank != 3)
            throw new ArgumentException($"GlobalAveragePooling2D: expected input of rank 4 (batch, height, width, channels), but was {inputShape}. Give it images.", nameof(inputShape));
        return KeepDims ? new TensorShape(1, 1, inputShape[2]) : new TensorShape(inputShape[2]);
    }

    /// <inheritdoc/>
    public override JsonObject GetConfig()
    {
        JsonObject config = base.GetConfig();
        config["data_format"] = "channels_last";
        config["keepdims"] = KeepDims;
        return config;
    }

    internal static GlobalAveragePooling2D FromConfig(KerasConfig config) => new(config.ChannelsLast().Flag("keepdims", false), config.Name());

    /// <inheritdoc/>
    protected override string ExportOnnxCore(OnnxGraph graph, string input)
    {
        string y = graph.Add("GlobalAveragePool", [graph.ChannelsFirst(input)]);
        return KeepDims ? graph.ChannelsLast(y) : graph.Add("Flatten", [y], ("axis", 1));
    }

    /// <inheritdoc/>
    protected override Tensor ForwardCore(Tensor x, bool training) => x.mean([1, 2], KeepDims);

    private protected override TensorFlowJsTensor ExportTensorFlowJsCore(TensorFlowJsModel model, TensorFlowJsTensor input) => KeepDims
        ? AddTo(model, "AveragePooling2D", new JsonObject().WithPooling(SlidingWindow.OverAll(input.Shape)), [input])
        : AddTo(model, "GlobalAveragePooling2D", new() { ["data_format"] = "channels_last" }, [input]);
}
