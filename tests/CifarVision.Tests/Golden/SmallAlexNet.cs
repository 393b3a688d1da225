using CifarVision.Initializers;
using CifarVision.Layers;
using CifarVision.Models;
using CifarVision.Runtime;
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

    /// <summary>The names of the arrays of a case that begin with a prefix and a number, in the model's order.</summary>
    public static IReadOnlyList<string> WeightNames(GoldenCase golden, string prefix = "") =>
        [.. Enumerable.Range(0, 28).Select(i => golden.Names.Single(name => name.StartsWith(FormattableString.Invariant($"{prefix}{i:00}_"), StringComparison.Ordinal)))];

    /// <summary>These arrays.</summary>
    public static IReadOnlyList<NDArray> Weights(GoldenCase golden, string prefix = "") => [.. WeightNames(golden, prefix).Select(name => golden[name])];

    public static void AssertWeights(GoldenCase golden, string prefix, Sequential model)
    {
        foreach ((string name, Weight weight) in WeightNames(golden, prefix).Zip(model.Weights))
            golden.AssertNear(name, weight.ToArray());
    }

    private static Conv2D Conv(int filters, Initializer bias) =>
        new(filters, kernelSize: 3, padding: Padding.Same, activation: ActivationFunction.Relu, biasInitializer: bias);
}
