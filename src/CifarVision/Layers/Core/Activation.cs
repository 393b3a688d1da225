using System.Text.Json.Nodes;
using CifarVision.Runtime;
using CifarVision.Formats;
using CifarVision.Serialization;

namespace CifarVision.Layers;

/// <summary>Applies an activation function to each value, or softmax to the last axis. Any shape.</summary>
/// <param name="activation">The function.</param>
/// <param name="name">The name, unique in a model. Default <c>activation</c>, numbered.</param>
public sealed class Activation(ActivationFunction activation, string? name = null) : Layer(name)
{
    /// <summary>The function.</summary>
    public ActivationFunction Function { get; } = activation;

    internal override ActivationFunction FinalActivation => Function;

    internal override bool IsIdentity => Function == ActivationFunction.Linear;

    /// <inheritdoc/>
    protected override bool IsIdentityInInference => IsIdentity;

    /// <inheritdoc/>
    public override TensorShape ComputeOutputShape(TensorShape inputShape) => inputShape;

    /// <inheritdoc/>
    public override JsonObject GetConfig()
    {
        JsonObject config = base.GetConfig();
        config["activation"] = Function.KerasName();
        return config;
    }

    internal static Activation FromConfig(KerasConfig config) => new(config.Choice<ActivationFunction>("activation"), config.Name());

    /// <inheritdoc/>
    protected override string ExportOnnxCore(OnnxGraph graph, string input) => Function.AddTo(graph, input);

    /// <inheritdoc/>
    protected override Tensor ForwardCore(Tensor x, bool training) => Function.Apply(x);

    private protected override TensorFlowJsTensor ExportTensorFlowJsCore(TensorFlowJsModel model, TensorFlowJsTensor input) => Function == ActivationFunction.LeakyRelu
        ? AddTo(model, "LeakyReLU", new() { ["alpha"] = ActivationFunctions.LeakySlope }, [input])
        : AddTo(model, "Activation", new() { ["activation"] = TensorFlowJsName(Function) }, [input]);

    private protected override Tensor BeforeActivation(Tensor x, bool training) => x;
}
