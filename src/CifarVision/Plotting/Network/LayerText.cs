using System.Globalization;
using CifarVision.Layers;
using CifarVision.Runtime;

namespace CifarVision.Plotting.Network;

/// <summary>What the picture of a network says of one layer.</summary>
/// <param name="Kind">The class and what tells it from others of it: <c>Conv2D 3 × 3, relu</c>.</param>
/// <param name="Name">Its name in the model.</param>
/// <param name="Shape">That of its output; empty if not wanted.</param>
/// <param name="Parameters">How many values its weights have; empty if not wanted or none.</param>
internal sealed record LayerText(string Kind, string Name, string Shape, string Parameters)
{
    /// <summary>The text of a layer.</summary>
    public static LayerText Of(Layer layer, bool showShapes, bool showParams)
    {
        string[] settings = [.. Settings(layer).Where(setting => setting.Length > 0)];
        string kind = (layer is InputLayer ? "Input" : layer.KerasClass) + (settings.Length == 0 ? "" : $" {string.Join(", ", settings)}");
        string shape = !showShapes ? "" : layer.IsBuilt ? layer.OutputShape.ToString() : "?";
        return new LayerText(kind, layer.Name, shape, showParams ? CountOf(layer) : "");
    }

    /// <summary>The parameters of a layer and of those within it.</summary>
    public static string CountOf(Layer layer)
    {
        long values = layer.Weights.Sum(weight => weight.Value.numel());
        string frozen = layer.Trainable ? "" : ", frozen";
        return values == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"{values:N0} params{frozen}");
    }

    private static string[] Settings(Layer layer) => layer switch
    {
        Conv2DBase convolution => [Size(convolution.KernelSize), Steps(convolution.Strides, 1), Function(convolution.Activation)],
        MaxPooling2D pooling => [Size(pooling.PoolSize), Steps(pooling.Strides, pooling.PoolSize)],
        AveragePooling2D pooling => [Size(pooling.PoolSize), Steps(pooling.Strides, pooling.PoolSize)],
        Dense dense => [Function(dense.Activation)],
        Activation activation => [Function(activation.Function)],
        Dropout dropout => [dropout.Rate.ToString(CultureInfo.InvariantCulture)],
        _ => [],
    };

    private static string Size(Size2D size) => FormattableString.Invariant($"{size.Height} × {size.Width}");

    private static string Steps(Size2D strides, Size2D usual) =>
        strides == usual ? "" : strides.Height == strides.Width ? FormattableString.Invariant($"strides {strides.Height}") : $"strides {strides}";

    private static string Function(ActivationFunction activation) => activation == ActivationFunction.Linear ? "" : activation.KerasName();
}
