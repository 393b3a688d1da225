using System.Text.Json.Nodes;
using CifarVision.Layers;
using CifarVision.Runtime;
using CifarVision.Formats;

namespace Extending;

#region composite
/// <summary>Scales the channels of an image by weights that are computed from the whole image: (N, H, W, C) -> (N, H, W, C).</summary>
/// <remarks>Source: Hu, Shen, Sun, "Squeeze-and-excitation networks", CVPR 2018.</remarks>
internal sealed class SqueezeExcite : Layer
{
    private readonly int _channels;
    private readonly int _ratio;
    private readonly Dense _squeeze;
    private readonly Dense _excite;

    public SqueezeExcite(int channels, int ratio = 4, string? name = null)
        : base(name)
    {
        (_channels, _ratio) = (channels, ratio);
        _squeeze = new Dense(Math.Max(1, channels / ratio), ActivationFunction.Relu, name: "squeeze");
        _excite = new Dense(channels, ActivationFunction.Sigmoid, name: "excite");
    }

    // The layers listed here are trained, frozen, converted and saved with this layer.
    public override IReadOnlyList<Layer> Sublayers => [_squeeze, _excite];

    public override TensorShape ComputeOutputShape(TensorShape inputShape) => inputShape.Rank == 3 && inputShape[2] == _channels
        ? inputShape
        : throw new ArgumentException($"SqueezeExcite: expected images of {_channels} channels, but was {inputShape}. Pass the number of filters of the previous layer.");

    public override JsonObject GetConfig()
    {
        JsonObject config = base.GetConfig();
        config["channels"] = _channels;
        config["ratio"] = _ratio;
        return config;
    }

    protected override void BuildCore(TensorShape inputShape)
    {
        _squeeze.Build(_channels);
        _excite.Build(_squeeze.OutputShape);
    }

    protected override Tensor ForwardCore(Tensor x, bool training)
    {
        Tensor gate = _excite.Forward(_squeeze.Forward(x.mean([1, 2]), training), training);
        return x * gate.unsqueeze(1).unsqueeze(1);
    }

    protected override string ExportOnnxCore(OnnxGraph graph, string input)
    {
        string mean = graph.Add("ReduceMean", [input], ("axes", new long[] { 1, 2 }));
        return graph.Add("Mul", [input, _excite.ExportOnnx(graph, _squeeze.ExportOnnx(graph, mean))]);
    }
}
#endregion
