namespace CifarVision.Layers;

/// <summary>The activations of Keras (<c>keras.activations</c>); the layer that applies one is <c>Activation</c>.</summary>
public enum ActivationFunction
{
    /// <summary>x.</summary>
    Linear,

    /// <summary>max(x, 0).</summary>
    Relu,

    /// <summary>min(max(x, 0), 6).</summary>
    Relu6,

    /// <summary>x, or 0.2 x where negative.</summary>
    LeakyRelu,

    /// <summary>x, or e^x - 1 where negative.</summary>
    Elu,

    /// <summary>1.0507 x, or 1.0507 * 1.6733 (e^x - 1) where negative.</summary>
    Selu,

    /// <summary>x times the cumulative distribution function of the normal distribution (the exact form).</summary>
    Gelu,

    /// <summary>x sigmoid(x), also called swish.</summary>
    Silu,

    /// <summary>1 / (1 + e^-x).</summary>
    Sigmoid,

    /// <summary>relu6(x + 3) / 6.</summary>
    HardSigmoid,

    /// <summary>The hyperbolic tangent.</summary>
    Tanh,

    /// <summary>log(e^x + 1).</summary>
    Softplus,

    /// <summary>x / (|x| + 1).</summary>
    Softsign,

    /// <summary>e^x.</summary>
    Exponential,

    /// <summary>e^x over its sum along the last axis: probabilities.</summary>
    Softmax,

    /// <summary>The logarithm of softmax.</summary>
    LogSoftmax,

    /// <summary>x relu6(x + 3) / 6, also called hard swish.</summary>
    HardSilu,

    /// <summary>x tanh(softplus(x)).</summary>
    Mish,

    /// <summary>max(x, 0) + e^min(x, 0) - 1. With Keras' default, alpha 1, it is the same as <see cref="Elu"/>.</summary>
    Celu,

    /// <summary>The logarithm of sigmoid.</summary>
    LogSigmoid,

    /// <summary>x, at least -1 and at most 1.</summary>
    HardTanh,

    /// <summary>x - tanh(x).</summary>
    TanhShrink,

    /// <summary>x, or 0 from -0.5 to 0.5.</summary>
    HardShrink,

    /// <summary>x moved towards 0 by 0.5, or 0 from -0.5 to 0.5.</summary>
    SoftShrink,

    /// <summary>(x + sqrt(x^2 + 4)) / 2.</summary>
    Squareplus,

    /// <summary>(x + 1)^2 / 4 from -1 to 1, 0 below and x above.</summary>
    SparsePlus,

    /// <summary>(x + 1) / 2, at least 0 and at most 1.</summary>
    SparseSigmoid,
}
