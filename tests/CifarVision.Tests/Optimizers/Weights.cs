using CifarVision.Runtime;

namespace CifarVision.Tests.Optimizers;

/// <summary>Weights without a layer around them, and what is in them.</summary>
internal static class Weights
{
    public static Weight Of(params float[] values) => Named("kernel", values);

    public static Weight Named(string name, params float[] values) => new(name, $"dense/{name}", torch.tensor(values), trainable: true);

    /// <summary>float64, so that rules can be worked out by hand to many digits.</summary>
    public static Weight Double(params double[] values) => new("kernel", "dense/kernel", torch.tensor(values), trainable: true);

    /// <summary>A convolution kernel (3, 3, 2, 4) and its bias; the kernel's memory is that of (4, 3, 3, 2), as Conv2D keeps it.</summary>
    public static Weight[] Convolution()
    {
        Tensor kernel = TorchMath.Arange(72, ScalarType.Float32, torch.CPU).reshape(4, 3, 3, 2).Divide(72).permute(1, 2, 3, 0);
        return [new Weight("kernel", "conv2d/kernel", kernel, trainable: true), Named("bias", 1, 2, 3, 4)];
    }

    public static Tensor[] GradientsFor(IEnumerable<Weight> weights, int step) =>
        [.. weights.Select((weight, i) => torch.sin(TorchMath.Arange(weight.Value.NumberOfElements, ScalarType.Float32, torch.CPU).Multiply(0.7).Add(step + i)).reshape(weight.Value.shape))];

    public static float[] Floats(Weight weight) => weight.ToArray().ToArray<float>();

    public static double[] Doubles(Weight weight) => weight.ToArray().ToArray<double>();

    public static Tensor Gradient(params float[] values) => torch.tensor(values);
}
