using CifarVision.Runtime;
using F = TorchSharp.torch.nn.functional;

namespace CifarVision.Layers;

/// <summary>The formulas and Keras' names of <see cref="ActivationFunction"/>.</summary>
internal static class ActivationFunctions
{
    /// <summary>The activated tensor; softmax works on the last axis, in float32 at least.</summary>
    public static Tensor Apply(this ActivationFunction activation, Tensor x) => activation switch
    {
        ActivationFunction.Linear => x,
        ActivationFunction.Relu => F.relu(x),
        ActivationFunction.Relu6 => F.relu6(x),
        ActivationFunction.LeakyRelu => F.leaky_relu(x, 0.2),
        ActivationFunction.Elu => F.elu(x, 1.0),
        ActivationFunction.Selu => F.selu(x),
        ActivationFunction.Gelu => F.gelu(x),
        ActivationFunction.Silu => F.silu(x),
        ActivationFunction.Sigmoid => torch.sigmoid(x),
        ActivationFunction.HardSigmoid => F.hardsigmoid(x),
        ActivationFunction.Tanh => torch.tanh(x),
        ActivationFunction.Softplus => F.softplus(x),
        ActivationFunction.Softsign => F.softsign(x),
        ActivationFunction.Exponential => torch.exp(x),
        ActivationFunction.Softmax => F.softmax(AtLeastFloat32(x), -1),
        ActivationFunction.LogSoftmax => F.log_softmax(AtLeastFloat32(x), -1),
        _ => throw new ArgumentOutOfRangeException(nameof(activation), $"Activation: no such activation, {activation}."),
    };

    /// <summary>Keras' name, as <c>log_softmax</c>.</summary>
    public static string KerasName(this ActivationFunction activation) => KerasNames.ToSnakeCase(activation.ToString());

    private static Tensor AtLeastFloat32(Tensor x) => x.dtype == ScalarType.BFloat16 ? x.to(ScalarType.Float32) : x;
}
