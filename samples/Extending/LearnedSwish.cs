using System.Text.Json.Nodes;
using CifarVision.Initializers;
using CifarVision.Layers;
using CifarVision.Runtime;
using CifarVision.Formats;

namespace Extending;

#region layer
/// <summary>Swish with a trainable slope for each channel: <c>x * sigmoid(beta * x)</c>, (N, ..., C) -> (N, ..., C).</summary>
/// <remarks>Source: Ramachandran, Zoph, Le, "Searching for activation functions", 2017.</remarks>
internal sealed class LearnedSwish(Initializer? betaInitializer = null, string? name = null) : Layer(name)
{
    private readonly Initializer _betaInitializer = betaInitializer ?? new Ones();
    private Weight? _beta;

    public override TensorShape ComputeOutputShape(TensorShape inputShape) => inputShape;

    public override JsonObject GetConfig()
    {
        JsonObject config = base.GetConfig();
        config["beta_initializer"] = _betaInitializer.Serialize();
        return config;
    }

    protected override void BuildCore(TensorShape inputShape) =>
        _beta = AddWeight("beta", inputShape[^1], _betaInitializer);

    protected override Tensor ForwardCore(Tensor x, bool training) => x * torch.sigmoid(x * Cast(_beta!));

    protected override string ExportOnnxCore(OnnxGraph graph, string input)
    {
        string gate = graph.Add("Sigmoid", [graph.Add("Mul", [input, graph.Constant("beta", _beta!.Value)])]);
        return graph.Add("Mul", [input, gate]);
    }
}
#endregion
