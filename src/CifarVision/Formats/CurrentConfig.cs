using System.Text.Json.Nodes;

namespace CifarVision.Formats;

/// <summary>
/// Turns configs as every Keras 3 reads them, which is what files hold, into what Keras 3.15 itself writes: dtypes as objects, the
/// settings that came later, and no build shape where there is nothing to build.
/// </summary>
internal static class CurrentConfig
{
    // Settings that came later, with the value they have where nobody sets them.
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
        ["RandomFlip"] = [("data_format", "channels_last")],
        ["VarianceScaling"] = Axes,
    };

    private static readonly HashSet<string> WithoutBuildShape =
    [
        "Activation", "AveragePooling2D", "Dropout", "GlobalAveragePooling2D", "GlobalMaxPooling2D", "LeakyReLU", "MaxPooling2D", "ReLU", "Reshape", "Softmax", "SpatialDropout2D",
    ];

    // Whose dtype is still a name.
    private static readonly HashSet<string> WithPlainDType = ["InputLayer", "SpatialDropout2D"];

    private static readonly string[] TensorLists = ["input_layers", "output_layers"];

    private static (string Key, JsonNode? Value)[] Axes => [("input_axes", null), ("output_axes", null)];

    /// <summary>A copy in today's form.</summary>
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
        // A layer of the user's has a name and is trainable or not, which nothing else is.
        bool isLayer = module is "keras" or "keras.layers" || (!isKeras && config.ContainsKey("trainable"));
        if (isLayer && !(isKeras && WithPlainDType.Contains(className)) && config["dtype"] is JsonValue dtype)
            config["dtype"] = new JsonObject { ["module"] = "keras", ["class_name"] = "DTypePolicy", ["config"] = new JsonObject { ["name"] = dtype.ToString() }, ["registered_name"] = null };
        // The tensors of a functional model: a single one stands without a list around it.
        foreach (string key in TensorLists)
        {
            if (config[key] is JsonArray { Count: 1 } list)
                config[key] = list[0]!.DeepClone();
        }

        if (!isKeras)
            return;
        foreach ((string key, JsonNode? value) in Added.GetValueOrDefault(className, []))
            config[key] = value?.DeepClone();
        if (WithoutBuildShape.Contains(className))
            envelope.Remove("build_config");
    }
}
