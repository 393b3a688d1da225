using System.Text.Json.Nodes;
using CifarVision.Runtime;
using CifarVision.Saving;

namespace CifarVision.Layers;

/// <summary>
/// Which layer of TensorFlow.js 4.22 computes the same as one of this library at inference, with settings as Keras 2 calls them; where none does,
/// why not. Settings that only training uses are left to TensorFlow.js' defaults. docs/deploying.md shows this table to users.
/// </summary>
internal static class TensorFlowJsLayers
{
    // The slope of Keras' activation; its layer's is 0.3.
    private const double ActivationSlope = 0.2;

    /// <summary>Adds a layer; one that does nothing at inference is left out.</summary>
    /// <param name="layer">Built.</param>
    /// <param name="model">What is added to.</param>
    /// <param name="input">The name of the layer there whose output this one takes.</param>
    /// <returns>The name of the layer there whose output is this one's.</returns>
    /// <exception cref="NotSupportedException">There is none that computes the same.</exception>
    public static string Add(Layer layer, TensorFlowJsModel model, string input)
    {
        if (DoesNothing(layer))
            return input;
        if (layer is Normalization normalization)
            return AddNormalization(normalization, model, input);
        (string className, JsonObject config) = Counterpart(layer);
        config["trainable"] = layer.Trainable;
        return model.Add(className, layer.Path, config, [input], layer.OwnWeights.Select(weight => (weight.Name, weight.Value)));
    }

    private static bool DoesNothing(Layer layer) => layer switch
    {
        InputLayer or Dropout or SpatialDropout2D or RandomErasing or RandomFlip or RandomRotation or RandomTranslation => true,
        Activation { Function: ActivationFunction.Linear } => true,
        // There, it takes no rows.
        Flatten or Reshape => layer.InputShape == layer.OutputShape,
        _ => false,
    };

    private static (string ClassName, JsonObject Config) Counterpart(Layer layer) => layer switch
    {
        Activation { Function: ActivationFunction.LeakyRelu } => LeakyRelu(ActivationSlope),
        Activation activation => ("Activation", new() { ["activation"] = Name(activation.Function, layer) }),
        AveragePooling2D pooling => ("AveragePooling2D", Window(pooling.PoolSize, pooling.Strides, pooling.Padding)),
        BatchNormalization normalization => ("BatchNormalization", OfBatches(normalization, normalization.Epsilon, normalization.Center, normalization.Scale)),
        Conv2D { Groups: > 1 } => throw Refusal(layer, "its Conv2D has no groups", "Use groups: 1"),
        Conv2D convolution => ("Conv2D", new()
        {
            ["filters"] = convolution.Filters,
            ["kernel_size"] = convolution.KernelSize.ToKeras(),
            ["strides"] = convolution.Strides.ToKeras(),
            ["padding"] = convolution.Padding.ToKeras(),
            ["data_format"] = "channels_last",
            ["dilation_rate"] = convolution.DilationRate.ToKeras(),
            ["activation"] = Name(convolution.Activation, layer),
            ["use_bias"] = convolution.UseBias,
        }),
        Dense dense => ("Dense", new() { ["units"] = dense.Units, ["activation"] = Name(dense.Activation, layer), ["use_bias"] = dense.UseBias }),
        Flatten => ("Flatten", new() { ["data_format"] = "channels_last" }),
        GlobalAveragePooling2D { KeepDims: true } => ("AveragePooling2D", WholeImage(layer)),
        GlobalAveragePooling2D => ("GlobalAveragePooling2D", new() { ["data_format"] = "channels_last" }),
        GlobalMaxPooling2D { KeepDims: true } => ("MaxPooling2D", WholeImage(layer)),
        GlobalMaxPooling2D => ("GlobalMaxPooling2D", new() { ["data_format"] = "channels_last" }),
        LeakyReLU relu => LeakyRelu(relu.NegativeSlope),
        MaxPooling2D pooling => ("MaxPooling2D", Window(pooling.PoolSize, pooling.Strides, pooling.Padding)),
        ReLU { NegativeSlope: 0, Threshold: 0 } relu => ("ReLU", new() { ["max_value"] = relu.MaxValue }),
        ReLU { MaxValue: null, Threshold: 0 } relu => LeakyRelu(relu.NegativeSlope),
        ReLU => throw Refusal(layer, "its ReLU has no threshold, and no slope beside a maximum", "Use a ReLU with maxValue alone, or with negativeSlope alone"),
        Rescaling rescaling => ("Rescaling", new() { ["scale"] = rescaling.Scale, ["offset"] = rescaling.Offset }),
        Reshape => ("Reshape", new() { ["target_shape"] = new JsonArray([.. layer.OutputShape.Dims]) }),
        Softmax softmax when softmax.Axis == -1 || softmax.Axis == layer.InputShape.Rank => ("Softmax", new() { ["axis"] = -1 }),
        Softmax => throw Refusal(layer, "its softmax works on the last axis only", "Use axis: -1"),
        ZeroPadding2D padding => ("ZeroPadding2D", new()
        {
            ["padding"] = new JsonArray(new JsonArray(padding.Rows.Top, padding.Rows.Bottom), new JsonArray(padding.Columns.Left, padding.Columns.Right)),
            ["data_format"] = "channels_last",
        }),
        LocalResponseNormalization => throw Refusal(layer, "it has no such layer", "Use BatchNormalization"),
        _ => throw Refusal(layer, "it knows the layers of this library alone", "Write it as layers that docs/deploying.md lists"),
    };

    /// <summary>TensorFlow.js lacks this layer, but its BatchNormalization by averages is the same formula.</summary>
    private static string AddNormalization(Normalization layer, TensorFlowJsModel model, string input)
    {
        long channels = layer.InputShape[^1];
        (Tensor mean, Tensor deviation) = layer.Moments(torch.CPU);
        mean = mean.expand(channels);
        deviation = deviation.expand(channels);
        IEnumerable<(string, Tensor)> weights = layer.Invert
            ? [("gamma", deviation), ("beta", mean), ("moving_mean", torch.zeros_like(mean)), ("moving_variance", torch.ones_like(mean))]
            : [("moving_mean", mean), ("moving_variance", deviation.Square())];
        return model.Add("BatchNormalization", layer.Path, OfBatches(layer, epsilon: 0, center: layer.Invert, scale: layer.Invert), [input], weights);
    }

    private static JsonObject OfBatches(Layer layer, double epsilon, bool center, bool scale) => layer.InputShape.Rank <= 3
        ? new() { ["axis"] = -1, ["epsilon"] = epsilon, ["center"] = center, ["scale"] = scale }
        : throw Refusal(layer, $"its BatchNormalization takes images or less, not {layer.InputShape}", "Put a Reshape before and after it");

    private static (string ClassName, JsonObject Config) LeakyRelu(double slope) => ("LeakyReLU", new() { ["alpha"] = slope });

    private static JsonObject WholeImage(Layer layer)
    {
        var size = new Size2D((int)layer.InputShape[0], (int)layer.InputShape[1]);
        return Window(size, size, Padding.Valid);
    }

    private static JsonObject Window(Size2D size, Size2D strides, Padding padding) =>
        new() { ["pool_size"] = size.ToKeras(), ["strides"] = strides.ToKeras(), ["padding"] = padding.ToKeras(), ["data_format"] = "channels_last" };

    private static string Name(ActivationFunction activation, Layer layer) => activation switch
    {
        ActivationFunction.Silu => "swish",
        ActivationFunction.HardSigmoid => throw Refusal(layer, "its hard_sigmoid is 0.2 x + 0.5 between 0 and 1, not x / 6 + 0.5", "Use another activation"),
        ActivationFunction.LeakyRelu => throw Refusal(layer, "it knows leaky_relu as a layer only", "Use no activation, and a LeakyReLU(0.2) after it"),
        ActivationFunction.Exponential => throw Refusal(layer, "it has no activation exponential", "Use another activation"),
        _ => activation.KerasName(),
    };

    private static NotSupportedException Refusal(Layer layer, string reason, string remedy) =>
        new($"{layer.GetType().Name}: '{layer.Path}' cannot be exported to TensorFlow.js: {reason}. {remedy}.");
}
