using System.Text.Json.Nodes;
using CifarVision.Runtime;
using CifarVision.Formats;
using CifarVision.Serialization;

namespace CifarVision.Layers;

/// <summary>
/// Local response normalization, as in the original AlexNet: divides each value by <c>(bias + alpha * s)^beta</c>, where s is the sum of squares over nearby
/// channels. (N, H, W, C) -> (N, H, W, C). Keras has no such layer.
/// </summary>
/// <remarks>
/// The formula and defaults of <c>tf.nn.local_response_normalization</c>; AlexNet used depthRadius 2, bias 2, alpha 1e-4, beta 0.75. Under
/// mixed_bfloat16 it computes in float32, since bfloat16 cannot hold 1 + 1e-4.
/// Source: Krizhevsky, Sutskever, Hinton, "ImageNet classification with deep convolutional neural networks", NIPS 2012.
/// </remarks>
public sealed class LocalResponseNormalization : Layer
{
    /// <summary>Creates the layer.</summary>
    /// <param name="depthRadius">The number of channels to include on either side, 0 or more. Default 5.</param>
    /// <param name="bias">The offset added to the sum, more than 0. Default 1.</param>
    /// <param name="alpha">The factor of the sum, 0 or more. Default 1.</param>
    /// <param name="beta">The exponent. Default 0.5.</param>
    /// <param name="name">The name, unique in a model. Default <c>local_response_normalization</c>, numbered.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is outside its range.</exception>
    public LocalResponseNormalization(int depthRadius = 5, double bias = 1, double alpha = 1, double beta = 0.5, string? name = null)
        : base(name)
    {
        (DepthRadius, Bias) = (Require.AtLeast(0, depthRadius, this), Require.Positive(bias, this));
        (Alpha, Beta) = (Require.AtLeastZero(alpha, this), Require.Finite(beta, this));
    }

    /// <summary>The number of channels to include on either side.</summary>
    public int DepthRadius { get; }

    /// <summary>The offset added to the sum.</summary>
    public double Bias { get; }

    /// <summary>The factor of the sum.</summary>
    public double Alpha { get; }

    /// <summary>The exponent.</summary>
    public double Beta { get; }

    /// <inheritdoc/>
    public override TensorShape ComputeOutputShape(TensorShape inputShape) => Augmentation.RequireImages(inputShape, nameof(LocalResponseNormalization));

    /// <inheritdoc/>
    public override JsonObject GetConfig()
    {
        JsonObject config = base.GetConfig();
        config["depth_radius"] = DepthRadius;
        config["bias"] = Bias;
        config["alpha"] = Alpha;
        config["beta"] = Beta;
        return config;
    }

    internal static LocalResponseNormalization FromConfig(KerasConfig config) => new(
        config.Whole("depth_radius", 5), config.Number("bias", 1), config.Number("alpha", 1), config.Number("beta", 0.5), config.Name());

    /// <inheritdoc/>
    protected override string ExportOnnxCore(OnnxGraph graph, string input)
    {
        // ONNX's own LRN allows neither an alpha of 0 nor a negative beta.
        string near = graph.Constant("near", Near(graph.ShapeOf(input)[2], ScalarType.Float32, torch.CPU));
        string sums = graph.Add("MatMul", [graph.Add("Mul", [input, input]), near]);
        string scaled = graph.Add("Add", [graph.Add("Mul", [sums, graph.Constant("alpha", Alpha)]), graph.Constant("bias", Bias)]);
        return graph.Add("Mul", [input, graph.Add("Pow", [scaled, graph.Constant("beta", -Beta)])]);
    }

    /// <inheritdoc/>
    protected override Tensor ForwardCore(Tensor x, bool training)
    {
        Tensor wide = x.dtype == ScalarType.BFloat16 ? x.to(ScalarType.Float32) : x;
        Tensor sums = wide.Square().MatrixMultiply(Near(x.shape[3], wide.dtype, x.device));
        Tensor normalized = wide * sums.Multiply(Alpha).Add(Bias).Power(-Beta);
        return normalized.to(x.dtype);
    }

    private protected override TensorFlowJsTensor ExportTensorFlowJsCore(TensorFlowJsModel model, TensorFlowJsTensor input) => throw NotInTensorFlowJs("it has no such layer", "Use BatchNormalization");

    // A product with a band matrix of ones takes half the time of a sliding window.
    private Tensor Near(long channels, ScalarType type, Device device) => torch.ones([channels, channels], type, device).triu(-DepthRadius).tril(DepthRadius);
}
