using System.Text.Json.Nodes;
using CifarVision.Constraints;
using CifarVision.Initializers;
using CifarVision.Regularizers;
using CifarVision.Runtime;
using CifarVision.Serialization;

namespace CifarVision.Layers;

/// <summary>What several layers read from their Keras config and write into it in the same way.</summary>
internal static class LayerConfig
{
    public static string? Name(this KerasConfig config) => config.Text("name", "") is { Length: > 0 } name ? name : null;

    public static Initializer? Initializer(this KerasConfig config, string key) => config.Object(key) is { } node ? InitializerFactory.FromConfig(node, config.Customs) : null;

    public static Regularizer? Regularizer(this KerasConfig config, string key) => RegularizerFactory.FromConfig(config.Object(key), config.Customs);

    public static Constraint? Constraint(this KerasConfig config, string key) => ConstraintFactory.FromConfig(config.Object(key), config.Customs);

    /// <summary>A height and a width, or one number for both, that must be there.</summary>
    public static Size2D Size(this KerasConfig config, string key)
    {
        const string rule = "a whole number or a pair of them";
        return config.Object(key) is JsonArray { Count: 2 } ? new Size2D(config.Required<int[]>(key, rule)[0], config.Required<int[]>(key, rule)[1]) : config.Required<int>(key, rule);
    }

    /// <summary>A height and a width, or one number for both; null where the key is absent.</summary>
    public static Size2D? OptionalSize(this KerasConfig config, string key) => config.Object(key) is null ? null : config.Size(key);

    /// <summary>Rejects images stored as (C, H, W); all layers here take (H, W, C).</summary>
    public static KerasConfig ChannelsLast(this KerasConfig config) => config.Only("data_format", "channels_last");

    /// <summary>A shape as Keras writes it: <c>[null, 32, 32, 3]</c>.</summary>
    public static JsonArray ToKeras(this TensorShape shape)
    {
        JsonArray array = [null];
        foreach (long dim in shape.Dims)
            array.Add(dim);
        return array;
    }

    public static JsonArray ToKeras(this Size2D size) => [size.Height, size.Width];

    public static string ToKeras(this Padding padding) => KerasNames.ToSnakeCase(padding.ToString());

    /// <summary>The settings of a pooling layer.</summary>
    public static JsonObject WithPooling(this JsonObject config, SlidingWindow window)
    {
        config["pool_size"] = window.Size.ToKeras();
        config["padding"] = window.Padding.ToKeras();
        config["strides"] = window.Strides.ToKeras();
        config["data_format"] = "channels_last";
        return config;
    }
}
