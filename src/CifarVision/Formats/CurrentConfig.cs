using System.Text.Json.Nodes;

namespace CifarVision.Formats;

/// <summary>
/// Converts configs from the format of files, which every Keras 3 reads, to the one that Keras 3.15 writes: dtypes as objects, the settings that were added
/// later, and no build shape for layers without weights.
/// </summary>
internal static class CurrentConfig
{
    // Settings that were added later, with their defaults.
    private static readonly Dictionary<string, (string Key, JsonNode? Value)[]> Added = new()
    {
        ["BatchNormalization"] = [("renorm", false), ("renorm_clipping", null), ("renorm_momentum", 0.99)],
        ["Dense"] = [("quantization_config", null)],
        ["GlorotNormal"] = Axes,
        ["GlorotUniform"] = Axes,
        ["HeNormal"] = Axes,
        ["HeUniform"] = Axes,
        ["InputLayer"] = [("ragged", false), ("optional", false)],
        ["LecunNormal"] = Axes,
        ["LecunUniform"] = Axes,
        ["RandomBrightness"] = [("data_format", "channels_last")],
        ["RandomContrast"] = [("data_format", "channels_last"), ("value_range", new JsonArray(0, 255))],
        ["RandomFlip"] = [("data_format", "channels_last")],
        ["Resizing"] = [("antialias", false)],
        ["VarianceScaling"] = Axes,
    };

    private static readonly HashSet<string> WithoutBuildShape =
    [
        "Activation", "AveragePooling2D", "Dropout", "ELU", "GaussianDropout", "GaussianNoise", "GlobalAveragePooling2D", "GlobalMaxPooling2D", "Identity", "LeakyReLU", "MaxPooling2D", "ReLU",
        "Reshape", "Softmax", "SpatialDropout2D",
    ];

    // Classes whose dtype is still written as a name.
    private static readonly HashSet<string> WithPlainDType = ["InputLayer", "SpatialDropout2D"];

    private static readonly string[] TensorLists = ["input_layers", "output_layers"];

    private static (string Key, JsonNode? Value)[] Axes => [("input_axes", null), ("output_axes", null)];

    /// <summary>Returns a copy in the current format.</summary>
    /// <param name="envelope">A model, or any object in its envelope.</param>
    public static JsonObject From(JsonObject envelope) => Convert(envelope)!.AsObject();

    private static JsonNode? Convert(JsonNode? node)
    {
        switch (node)
        {
            case JsonArray array:
                return new JsonArray([.. array.Select(Convert)]);
            case JsonObject old:
                var converted = new JsonObject(old.Select(member => KeyValuePair.Create(member.Key, Convert(member.Value))));
                if (old["class_name"]?.ToString() is { } className && converted["config"] is JsonObject config)
                    Complete(className, converted, config);
                return converted;
            default:
                return node?.DeepClone();
        }
    }

    private static void Complete(string className, JsonObject envelope, JsonObject config)
    {
        bool isKeras = envelope["registered_name"] is null;
        string module = envelope["module"]?.ToString() ?? "";
        // Only the config of a layer has the keys name and trainable.
        bool isLayer = module is "keras" or "keras.layers" || (!isKeras && config.ContainsKey("trainable"));
        if (isLayer && !(isKeras && WithPlainDType.Contains(className)) && config["dtype"] is JsonValue dtype)
            config["dtype"] = new JsonObject { ["module"] = "keras", ["class_name"] = "DTypePolicy", ["config"] = new JsonObject { ["name"] = dtype.ToString() }, ["registered_name"] = null };
        // The tensors of a functional model: a single one is not in a list.
        foreach (string key in TensorLists)
        {
            if (config[key] is JsonArray { Count: 1 } list)
                config[key] = list[0]!.DeepClone();
        }

        if (!isKeras)
            return;
        if (module == "keras.metrics" && className == "SparseCategoricalCrossentropy")
            (config["ignore_class"], config["axis"]) = (null, -1);
        foreach ((string key, JsonNode? value) in Added.GetValueOrDefault(className, []))
        {
            if (!config.ContainsKey(key))
                config[key] = value?.DeepClone();
        }

        if (WithoutBuildShape.Contains(className))
            envelope.Remove("build_config");
    }
}
