using CifarVision.Initializers;
using CifarVision.Layers;
using CifarVision.Models;
using CifarVision.Tests.Testing;
using Padding = CifarVision.Layers.Padding;

namespace CifarVision.Tests.Golden;

/// <summary>The network of the golden training run: AlexNet's listing with few filters, on 16 x 16 images.</summary>
internal static class SmallAlexNet
{
    public static Sequential Create(ActivationFunction last = ActivationFunction.Softmax, double dropout = 0) => new(
        (16, 16, 3),
        Conv(8, new Zeros()),
        new MaxPooling2D(2),
        new BatchNormalization(),
        Conv(16, new Ones()),
        new MaxPooling2D(2),
        new BatchNormalization(),
        Conv(24, new Zeros()),
        Conv(24, new Ones()),
        Conv(16, new Ones()),
        new MaxPooling2D(2),
        new BatchNormalization(),
        new Flatten(),
        new Dense(32, ActivationFunction.Relu, biasInitializer: new Ones()),
        new Dropout(dropout),
        new Dense(32, ActivationFunction.Relu, biasInitializer: new Ones()),
        new Dropout(dropout),
        new Dense(10, last));

    /// <summary>The arrays of a case that begin with a prefix and a number, in the model's order.</summary>
    public static IReadOnlyList<NDArray> Weights(GoldenCase golden, string prefix = "") =>
        [.. Enumerable.Range(0, 28).Select(i => golden[golden.Names.Single(name => name.StartsWith(FormattableString.Invariant($"{prefix}{i:00}_"), StringComparison.Ordinal))])];

    public static void AssertWeights(GoldenCase golden, string prefix, Sequential model, double tolerance)
    {
        IReadOnlyList<NDArray> expected = Weights(golden, prefix);
        for (int i = 0; i < expected.Count; i++)
            Near.Absolute(expected[i], model.Weights[i].ToArray(), tolerance, $"{prefix}{model.Weights[i].Path}");
    }

    private static Conv2D Conv(int filters, Initializer bias) =>
        new(filters, kernelSize: 3, padding: Padding.Same, activation: ActivationFunction.Relu, biasInitializer: bias);
}
