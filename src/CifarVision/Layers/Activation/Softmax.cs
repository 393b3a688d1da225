using System.Text.Json.Nodes;
using CifarVision.Runtime;
using CifarVision.Formats;
using CifarVision.Serialization;
using F = TorchSharp.torch.nn.functional;

namespace CifarVision.Layers;

/// <summary>Softmax along an axis, which gives probabilities. Any shape. The output is float32 or float64.</summary>
/// <param name="axis">The axis, counted with the batch as axis 0, or from the end if negative. Default -1, the last.</param>
/// <param name="name">The name, unique in a model. Default <c>softmax</c>, numbered.</param>
public sealed class Softmax(int axis = -1, string? name = null) : Layer(name)
{
    /// <summary>The axis as given.</summary>
    public int Axis { get; } = axis;

    internal override ActivationFunction FinalActivation => Axis == -1 || (IsBuilt && Axis == InputShape.Rank) ? ActivationFunction.Softmax : ActivationFunction.Linear;

    /// <inheritdoc/>
    public override TensorShape ComputeOutputShape(TensorShape inputShape)
    {
        int axis = Axis < 0 ? inputShape.Rank + 1 + Axis : Axis;
        return axis >= 1 && axis <= inputShape.Rank
            ? inputShape
            : throw new ArgumentException(FormattableString.Invariant($"Softmax: axis must be one of the sample's, but was {Axis} for {inputShape}. Axis 0 is the batch."), nameof(inputShape));
    }

    /// <inheritdoc/>
    public override JsonObject GetConfig()
    {
        JsonObject config = base.GetConfig();
        config["axis"] = Axis;
        return config;
    }

    internal static Softmax FromConfig(KerasConfig config) => new(config.Whole("axis", -1), config.Name());

    /// <inheritdoc/>
    protected override string ExportOnnxCore(OnnxGraph graph, string input) => graph.Add("Softmax", [input], ("axis", Axis));

    /// <inheritdoc/>
    protected override Tensor ForwardCore(Tensor x, bool training) => FinalActivation == ActivationFunction.Softmax
        ? FinalActivation.Apply(x)
        : F.softmax(x.dtype == ScalarType.BFloat16 ? x.to(ScalarType.Float32) : x, Axis);

    private protected override TensorFlowJsTensor ExportTensorFlowJsCore(TensorFlowJsModel model, TensorFlowJsTensor input) => Axis == -1 || Axis == input.Shape.Rank
        ? AddTo(model, "Softmax", new() { ["axis"] = -1 }, [input])
        : throw NotInTensorFlowJs("its softmax works on the last axis only", "Use axis: -1");

    private protected override Tensor BeforeActivation(Tensor x, bool training) => FinalActivation == ActivationFunction.Softmax ? x : ForwardCore(x, training);
}
