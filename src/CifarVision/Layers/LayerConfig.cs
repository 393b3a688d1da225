using System.Text.Json.Nodes;
using CifarVision.Constraints;
using CifarVision.Initializers;
using CifarVision.Regularizers;
using CifarVision.Runtime;
using CifarVision.Serialization;

namespace CifarVision.Layers;

/// <summary>Reads and writes settings that several layers share in their Keras configs.</summary>
internal static class LayerConfig
{
    public static string? Name(this KerasConfig config) => config.Text("name", "") is { Length: > 0 } name ? name : null;

    public static Initializer? Initializer(this KerasConfig config, string key) => config.Object(key) is { } node ? InitializerFactory.FromEnvelope(node, config.Customs) : null;

    public static Regularizer? Regularizer(this KerasConfig config, string key) => RegularizerFactory.FromEnvelope(config.Object(key), config.Customs);

    public static Constraint? Constraint(this KerasConfig config, string key) => ConstraintFactory.FromEnvelope(config.Object(key), config.Customs);

    /// <summary>Returns a required height and width, given as a pair or as one number.</summary>
    public static Size2D Size(this KerasConfig config, string key)
    {
        const string rule = "a whole number or a pair of them";
        return config.Object(key) is JsonArray { Count: 2 } ? new Size2D(config.Required<int[]>(key, rule)[0], config.Required<int[]>(key, rule)[1]) : config.Required<int>(key, rule);
    }

    /// <summary>Returns a height and width, given as a pair or as one number; null if the key is absent.</summary>
    public static Size2D? OptionalSize(this KerasConfig config, string key) => config.Object(key) is null ? null : config.Size(key);

    /// <summary>Rejects <c>channels_first</c>; all layers of this library take (H, W, C).</summary>
    public static KerasConfig ChannelsLast(this KerasConfig config) => config.Only("data_format", "channels_last");

    /// <summary>Returns a shape in Keras' format: <c>[null, 32, 32, 3]</c>.</summary>
    public static JsonArray ToKeras(this TensorShape shape)
    {
        JsonArray array = [null];
        foreach (long dim in shape.Dims)
            array.Add(dim);
        return array;
    }

    /// <summary>Keras' name of a dtype policy.</summary>
    public static string KerasName(this DTypePolicy policy) => policy switch
    {
        DTypePolicy.Float64 => "float64",
        DTypePolicy.MixedBFloat16 => "mixed_bfloat16",
        _ => "float32",
    };

    public static JsonArray ToKeras(this Size2D size) => [size.Height, size.Width];

    public static string ToKeras(this Padding padding) => KerasNames.ToSnakeCase(padding.ToString());

    /// <summary>Adds the settings of a pooling layer.</summary>
    public static JsonObject WithPooling(this JsonObject config, SlidingWindow window)
    {
        config["pool_size"] = window.Size.ToKeras();
        config["padding"] = window.Padding.ToKeras();
        config["strides"] = window.Strides.ToKeras();
        config["data_format"] = "channels_last";
        return config;
    }
}
