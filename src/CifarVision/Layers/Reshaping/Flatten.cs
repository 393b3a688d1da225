using System.Text.Json.Nodes;
using CifarVision.Runtime;
using CifarVision.Formats;
using CifarVision.Serialization;

namespace CifarVision.Layers;

/// <summary>Flattens each sample, in row-major order: (N, H, W, C) -> (N, H * W * C).</summary>
/// <param name="name">The name, unique in a model. Default <c>flatten</c>, numbered.</param>
public sealed class Flatten(string? name = null) : Layer(name)
{
    /// <inheritdoc/>
    public override TensorShape ComputeOutputShape(TensorShape inputShape) => new(inputShape.ElementCount);

    /// <inheritdoc/>
    public override JsonObject GetConfig()
    {
        JsonObject config = base.GetConfig();
        config["data_format"] = "channels_last";
        return config;
    }

    internal static Flatten FromConfig(KerasConfig config) => new(config.ChannelsLast().Name());

    /// <inheritdoc/>
    protected override string ExportOnnxCore(OnnxGraph graph, string input) => graph.Add("Flatten", [input], ("axis", 1));

    /// <inheritdoc/>
    protected override Tensor ForwardCore(Tensor x, bool training) => x.reshape(ComputeOutputShape(x.shape[1..]).WithBatch(x.shape[0]));

    // TensorFlow.js' Flatten does not take inputs that are flat already.
    private protected override TensorFlowJsTensor ExportTensorFlowJsCore(TensorFlowJsModel model, TensorFlowJsTensor input) =>
        input.Shape.Rank == 1 ? input : AddTo(model, "Flatten", new() { ["data_format"] = "channels_last" }, [input]);
}
