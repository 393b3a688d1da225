using System.Globalization;
using CifarVision.Layers;
using CifarVision.Runtime;

namespace CifarVision.Plotting.Network;

/// <summary>The texts of a layer in the picture of a network.</summary>
/// <param name="Kind">The class and its main settings: <c>Conv2D 3 × 3, relu</c>.</param>
/// <param name="Name">The name in the model.</param>
/// <param name="Shape">The output shape; empty if it is not shown.</param>
/// <param name="Parameters">The number of parameters; empty if it is not shown or 0.</param>
internal sealed record LayerText(string Kind, string Name, string Shape, string Parameters)
{
    /// <summary>Creates the texts of a layer.</summary>
    public static LayerText Of(Layer layer, bool showShapes, bool showParams)
    {
        string[] settings = [.. Settings(layer).Where(setting => setting.Length > 0)];
        string kind = (layer is InputLayer ? "Input" : layer.KerasClass) + (settings.Length == 0 ? "" : $" {string.Join(", ", settings)}");
        string shape = !showShapes ? "" : layer.IsBuilt ? layer.OutputShape.ToString() : "?";
        return new LayerText(kind, layer.Name, shape, showParams ? CountOf(layer) : "");
    }

    /// <summary>Counts the parameters of a layer and its inner layers.</summary>
    public static string CountOf(Layer layer)
    {
        long values = layer.Weights.Sum(weight => weight.Count);
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
