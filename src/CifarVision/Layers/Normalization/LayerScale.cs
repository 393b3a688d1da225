using System.Text.Json.Nodes;
using CifarVision.Formats;
using CifarVision.Initializers;
using CifarVision.Runtime;
using CifarVision.Serialization;

namespace CifarVision.Layers;

/// <summary>
/// Multiplies each channel by a weight that begins near 0, so that each block of a deep network begins as an identity: (N, ..., C) -> (N, ..., C). Weight:
/// <c>variable</c> (C). Keras has it in <c>keras.applications.convnext</c> only.
/// </summary>
/// <remarks>Source: Touvron et al., "Going deeper with image transformers", ICCV 2021.</remarks>
public sealed class LayerScale : Layer
{
    private Weight? _gamma;

    /// <summary>Creates the layer; <see cref="Layer.Build(TensorShape)"/> creates the weight.</summary>
    /// <param name="initValues">The initial value of each weight; 1e-6 in ConvNeXt.</param>
    /// <param name="projectionDim">The number of channels, at least 1.</param>
    /// <param name="name">The name, unique in a model. Default <c>layer_scale</c>, numbered.</param>
    /// <exception cref="ArgumentOutOfRangeException">The value is not finite, or the number is less than 1.</exception>
    public LayerScale(double initValues, int projectionDim, string? name = null)
        : base(name)
    {
        (InitValues, ProjectionDim) = (Require.Finite(initValues, this), Require.AtLeast(1, projectionDim, this));
    }

    /// <summary>The initial value of each weight.</summary>
    public double InitValues { get; }

    /// <summary>The number of channels.</summary>
    public int ProjectionDim { get; }

    /// <inheritdoc/>
    public override TensorShape ComputeOutputShape(TensorShape inputShape) => inputShape.Rank > 0 && inputShape[^1] == ProjectionDim
        ? inputShape
        : throw new ArgumentException(FormattableString.Invariant($"LayerScale: '{Name}' must be given {ProjectionDim} channels, its projectionDim, but was {inputShape}."), nameof(inputShape));

    /// <inheritdoc/>
    public override JsonObject GetConfig()
    {
        JsonObject config = base.GetConfig();
        config["init_values"] = InitValues;
        config["projection_dim"] = ProjectionDim;
        return config;
    }

    internal static LayerScale FromConfig(KerasConfig config) => new(config.Number("init_values"), config.Whole("projection_dim"), config.Name());

    /// <inheritdoc/>
    protected override void BuildCore(TensorShape inputShape) => _gamma = AddWeight("variable", ProjectionDim, new Constant(InitValues));

    /// <inheritdoc/>
    protected override string ExportOnnxCore(OnnxGraph graph, string input) => graph.Add("Mul", [input, graph.Constant("gamma", _gamma!.Value)]);

    /// <inheritdoc/>
    protected override Tensor ForwardCore(Tensor x, bool training) => x * Cast(_gamma!);

    // TensorFlow.js lacks this layer, but its BatchNormalization of mean 0 and variance 1 has the same formula.
    private protected override TensorFlowJsTensor ExportTensorFlowJsCore(TensorFlowJsModel model, TensorFlowJsTensor input)
    {
        JsonObject config = TensorFlowJsBatchNormalization(input, epsilon: 0, center: false, scale: true);
        return AddTo(model, "BatchNormalization", config, [input], [("gamma", _gamma!.Value), ("moving_mean", torch.zeros_like(_gamma.Value)), ("moving_variance", torch.ones_like(_gamma.Value))]);
    }

    private protected override bool CanTake(IReadOnlyList<TensorShape> inputShapes) => HasSameLastAxis(inputShapes);
}
