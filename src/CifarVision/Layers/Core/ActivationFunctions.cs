using CifarVision.Runtime;
using CifarVision.Formats;
using CifarVision.Serialization;
using F = TorchSharp.torch.nn.functional;

namespace CifarVision.Layers;

/// <summary>The formulas and Keras' names of <see cref="ActivationFunction"/>.</summary>
internal static class ActivationFunctions
{
    /// <summary>The negative slope of Keras' leaky_relu; its layer LeakyReLU has 0.3.</summary>
    public const double LeakySlope = 0.2;

    // Keras' default of hard_shrink and soft_shrink.
    private const double ShrinkThreshold = 0.5;

    /// <summary>Applies an activation function; softmax works on the last axis, in float32 or float64.</summary>
    public static Tensor Apply(this ActivationFunction activation, Tensor x) => activation switch
    {
        ActivationFunction.Linear => x,
        ActivationFunction.Relu => F.relu(x),
        ActivationFunction.Relu6 => F.relu6(x),
        ActivationFunction.LeakyRelu => x.LeakyRelu(LeakySlope),
        ActivationFunction.Elu => x.Elu(),
        ActivationFunction.Selu => F.selu(x),
        ActivationFunction.Gelu => F.gelu(x),
        ActivationFunction.Silu => F.silu(x),
        ActivationFunction.Sigmoid => torch.sigmoid(x),
        ActivationFunction.HardSigmoid => F.hardsigmoid(x),
        ActivationFunction.Tanh => torch.tanh(x),
        ActivationFunction.Softplus => x.Softplus(),
        ActivationFunction.Softsign => x / x.abs().Add(1),
        ActivationFunction.Exponential => torch.exp(x),
        ActivationFunction.Softmax => F.softmax(AtLeastFloat32(x), -1),
        ActivationFunction.LogSoftmax => F.log_softmax(AtLeastFloat32(x), -1),
        ActivationFunction.HardSilu => x.hardswish(),
        ActivationFunction.Mish => x * torch.tanh(x.Softplus()),
        ActivationFunction.Celu => x.Elu(),
        ActivationFunction.LogSigmoid => F.logsigmoid(x),
        ActivationFunction.HardTanh => x.Clamp(-1.0, 1.0),
        ActivationFunction.TanhShrink => x - torch.tanh(x),
        ActivationFunction.HardShrink => x.FillWhere(x.abs().IsGreaterThan(ShrinkThreshold).logical_not(), 0),
        ActivationFunction.SoftShrink => x - x.Clamp(-ShrinkThreshold, ShrinkThreshold),
        ActivationFunction.Squareplus => x.Add(x.Square().Add(4).sqrt()).Divide(2),
        ActivationFunction.SparsePlus => torch.where(x.IsAtLeast(1), x, x.Clamp(-1.0, 1.0).Add(1).Square().Divide(4)),
        // Not hardsigmoid, whose gradient has a factor of float32 also in float64.
        ActivationFunction.SparseSigmoid => F.relu6(x.Add(1).Multiply(3.0)).Divide(6),
        _ => throw new ArgumentOutOfRangeException(nameof(activation), $"Activation: no such activation, {activation}."),
    };

    /// <summary>Adds the function to an ONNX model.</summary>
    public static string AddTo(this ActivationFunction activation, OnnxGraph graph, string x) => activation switch
    {
        ActivationFunction.Linear => x,
        ActivationFunction.Relu => graph.AddElementwise("Relu", [x]),
        ActivationFunction.Relu6 => graph.AddElementwise("Clip", [x, graph.Constant("min", 0), graph.Constant("max", 6)]),
        ActivationFunction.LeakyRelu => graph.AddElementwise("LeakyRelu", [x], ("alpha", LeakySlope)),
        ActivationFunction.Elu => graph.AddElementwise("Elu", [x]),
        ActivationFunction.Selu => graph.AddElementwise("Selu", [x]),
        ActivationFunction.Gelu => AddGelu(graph, x),
        ActivationFunction.Silu => graph.AddElementwise("Mul", [x, graph.AddElementwise("Sigmoid", [x])]),
        ActivationFunction.Sigmoid => graph.AddElementwise("Sigmoid", [x]),
        ActivationFunction.HardSigmoid => graph.AddElementwise("HardSigmoid", [x], ("alpha", 1 / 6.0), ("beta", 0.5)),
        ActivationFunction.Tanh => graph.AddElementwise("Tanh", [x]),
        ActivationFunction.Softplus => graph.AddElementwise("Softplus", [x]),
        ActivationFunction.Softsign => graph.AddElementwise("Softsign", [x]),
        ActivationFunction.Exponential => graph.AddElementwise("Exp", [x]),
        ActivationFunction.Softmax => graph.Add("Softmax", [x], ("axis", -1)),
        ActivationFunction.LogSoftmax => graph.Add("LogSoftmax", [x], ("axis", -1)),
        ActivationFunction.HardSilu => graph.AddElementwise("Mul", [x, ActivationFunction.HardSigmoid.AddTo(graph, x)]),
        ActivationFunction.Mish => graph.AddElementwise("Mul", [x, graph.AddElementwise("Tanh", [graph.AddElementwise("Softplus", [x])])]),
        ActivationFunction.Celu => graph.AddElementwise("Elu", [x]),
        ActivationFunction.LogSigmoid => graph.AddElementwise("Neg", [graph.AddElementwise("Softplus", [graph.AddElementwise("Neg", [x])])]),
        ActivationFunction.HardTanh => AddClip(graph, x),
        ActivationFunction.TanhShrink => graph.AddElementwise("Sub", [x, graph.AddElementwise("Tanh", [x])]),
        ActivationFunction.HardShrink => graph.AddElementwise("Shrink", [x], ("lambd", ShrinkThreshold)),
        ActivationFunction.SoftShrink => graph.AddElementwise("Shrink", [x], ("lambd", ShrinkThreshold), ("bias", ShrinkThreshold)),
        ActivationFunction.Squareplus => AddSquareplus(graph, x),
        ActivationFunction.SparsePlus => AddSparsePlus(graph, x),
        ActivationFunction.SparseSigmoid => graph.AddElementwise("HardSigmoid", [x], ("alpha", 0.5), ("beta", 0.5)),
        _ => throw new ArgumentOutOfRangeException(nameof(activation), $"Activation: no such activation, {activation}."),
    };

    /// <summary>Returns Keras' name, such as <c>log_softmax</c>.</summary>
    public static string KerasName(this ActivationFunction activation) => KerasNames.ToSnakeCase(activation.ToString());

    // ONNX has Gelu only from operator set 20: x / 2 * (1 + erf(x / sqrt(2))).
    private static string AddGelu(OnnxGraph graph, string x)
    {
        string erf = graph.AddElementwise("Erf", [graph.AddElementwise("Mul", [x, graph.Constant("inverse_root", Math.Sqrt(0.5))])]);
        string half = graph.AddElementwise("Mul", [x, graph.Constant("half", 0.5)]);
        return graph.AddElementwise("Mul", [half, graph.AddElementwise("Add", [erf, graph.Constant("one", 1)])]);
    }

    // x, at least -1 and at most 1.
    private static string AddClip(OnnxGraph graph, string x) => graph.AddElementwise("Clip", [x, graph.Constant("minus_one", -1), graph.Constant("one", 1)]);

    private static string AddSquareplus(OnnxGraph graph, string x)
    {
        string root = graph.AddElementwise("Sqrt", [graph.AddElementwise("Add", [graph.AddElementwise("Mul", [x, x]), graph.Constant("four", 4)])]);
        return graph.AddElementwise("Mul", [graph.AddElementwise("Add", [x, root]), graph.Constant("half", 0.5)]);
    }

    // The square up to 1, and what x has above.
    private static string AddSparsePlus(OnnxGraph graph, string x)
    {
        string one = graph.Constant("one", 1);
        string moved = graph.AddElementwise("Add", [AddClip(graph, x), one]);
        string square = graph.AddElementwise("Mul", [graph.AddElementwise("Mul", [moved, moved]), graph.Constant("quarter", 0.25)]);
        return graph.AddElementwise("Add", [square, graph.AddElementwise("Relu", [graph.AddElementwise("Sub", [x, one])])]);
    }

    private static Tensor AtLeastFloat32(Tensor x) => x.dtype == ScalarType.BFloat16 ? x.to(ScalarType.Float32) : x;
}
