using System.Text.Json.Nodes;
using CifarVision.Runtime;
using CifarVision.Formats;
using CifarVision.Serialization;

namespace CifarVision.Layers;

/// <summary>Exponential linear unit: x, or alpha * (e^x - 1) where x is negative. Any shape.</summary>
/// <remarks>Source: Clevert, Unterthiner, Hochreiter, "Fast and accurate deep network learning by exponential linear units", ICLR 2016.</remarks>
public sealed class ELU : Layer
{
    /// <summary>Creates the layer.</summary>
    /// <param name="alpha">Minus the value that the output approaches where x is very negative. Default 1.</param>
    /// <param name="name">The name, unique in a model. Default <c>elu</c>, numbered.</param>
    /// <exception cref="ArgumentOutOfRangeException">Alpha is not finite.</exception>
    public ELU(double alpha = 1, string? name = null)
        : base(name)
    {
        Alpha = Require.Finite(alpha, this);
    }

    /// <summary>Minus the value that the output approaches where x is very negative.</summary>
    public double Alpha { get; }

    /// <inheritdoc/>
    public override TensorShape ComputeOutputShape(TensorShape inputShape) => inputShape;

    /// <inheritdoc/>
    public override JsonObject GetConfig()
    {
        JsonObject config = base.GetConfig();
        config.Insert(1, "alpha", Alpha);
        return config;
    }

    internal static ELU FromConfig(KerasConfig config) => new(config.Number("alpha", 1), config.Name());

    /// <inheritdoc/>
    protected override string ExportOnnxCore(OnnxGraph graph, string input) => graph.AddElementwise("Elu", [input], ("alpha", Alpha));

    /// <inheritdoc/>
    protected override Tensor ForwardCore(Tensor x, bool training) => x.Elu(Alpha);

    private protected override TensorFlowJsTensor ExportTensorFlowJsCore(TensorFlowJsModel model, TensorFlowJsTensor input) => Alpha == 1
        ? AddTo(model, "ELU", new() { ["alpha"] = Alpha }, [input])
        : throw NotInTensorFlowJs("its ELU has an alpha of 1", "Use alpha: 1");
}
