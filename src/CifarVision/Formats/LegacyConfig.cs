using System.Text.Json.Nodes;

namespace CifarVision.Formats;

/// <summary>
/// Translates the configs of models that older versions of Keras wrote (2.0 to 2.15, and tf.keras) into the form of Keras 3, so that nothing
/// else knows old names. A config in today's form stays as it is, whatever version its file names.
/// </summary>
internal static class LegacyConfig
{
    private const string InputLayer = "InputLayer";
    private const string OldInputShape = "batch_input_shape";

    /// <summary>A copy of a model's envelope in today's form.</summary>
    /// <param name="envelope">The envelope as it stands in the file.</param>
    /// <param name="takenForChannels">See <see cref="ChannelsFirst.Transpose"/>.</param>
    /// <exception cref="InvalidDataException">The model is in channels_first and cannot be transposed exactly; the message names the layer.</exception>
    public static JsonObject ToCurrent(JsonObject envelope, out IReadOnlyList<string> takenForChannels)
    {
        JsonObject current = envelope.DeepClone().AsObject();
        Convert(current);
        takenForChannels = ChannelsFirst.Transpose(current);
        return current;
    }

    private static void Convert(JsonObject envelope)
    {
        bool isSequential = envelope["class_name"]?.ToString() == "Sequential";
        // Keras 2.0 to 2.2.2 wrote the layers of a Sequential without anything around them.
        if (isSequential && envelope["config"] is JsonArray list)
            envelope["config"] = new JsonObject { ["layers"] = list.DeepClone() };
        if (envelope["config"] is not JsonObject config)
            return;
        if (config["layers"] is not JsonArray layers || layers.Any(layer => layer is not JsonObject))
        {
            ConvertLayer(envelope, config);
            return;
        }

        foreach (JsonNode? layer in layers)
        {
            if (layer is JsonObject inner)
                Convert(inner);
        }

        if (isSequential)
            AddInputLayer(config, layers);
        // A nested model that came first had the shape on itself, too.
        config.Remove(OldInputShape);
    }

    // Before tf.keras 2.2, the first layer of a Sequential said the shape of the input.
    private static void AddInputLayer(JsonObject config, JsonArray layers)
    {
        if (layers.Count > 0 && layers[0]?["class_name"]?.ToString() != InputLayer && (InputShape(layers[0]) ?? config["build_input_shape"]) is JsonArray shape)
        {
            string name = $"{layers[0]?["config"]?["name"]}_input";
            layers.Insert(0, new JsonObject { ["class_name"] = InputLayer, ["config"] = new JsonObject { ["batch_shape"] = shape.DeepClone(), ["dtype"] = "float32", ["name"] = name } });
        }

        foreach (JsonNode? layer in layers.Skip(1))
            (layer?["config"] as JsonObject)?.Remove(OldInputShape);
    }

    // Of a nested model, that of its first layer.
    private static JsonNode? InputShape(JsonNode? layer) => layer?["config"] switch
    {
        JsonObject config when config["layers"] is JsonArray { Count: > 0 } inner => InputShape(inner[0]),
        JsonObject config => config[OldInputShape] ?? config["batch_shape"],
        _ => null,
    };

    // The user's own classes may use the same names for other things.
    private static void ConvertLayer(JsonObject envelope, JsonObject config)
    {
        string className = envelope["class_name"]?.ToString() ?? "";
        if (!IsKeras(envelope, className))
            return;
        switch (className)
        {
            case InputLayer:
                Rename(config, OldInputShape, "batch_shape");
                break;
            case "LeakyReLU":
                Rename(config, "alpha", "negative_slope");
                break;
            case "BatchNormalization" when config["axis"] is JsonArray { Count: 1 } axes:
                config["axis"] = axes[0]?.DeepClone();
                break;
        }

        foreach ((string key, JsonNode? value) in config.ToArray())
        {
            // TensorFlow's Keras wrote the dtype of the values with the initializer; the weight has its layer's.
            if (key.EndsWith("_initializer", StringComparison.Ordinal) && value?["config"] is JsonObject settings && IsKeras(value, ""))
                settings.Remove("dtype");
            if (key == "activation")
                config[key] = Activation(value);
        }
    }

    // A function object stands for its name, and swish is Keras 2's name for silu.
    private static JsonNode? Activation(JsonNode? node) => node switch
    {
        JsonObject function when function["class_name"]?.ToString() == "function" && function["config"] is JsonValue name => Activation(name),
        JsonValue name when name.ToString() == "swish" => "silu",
        _ => node?.DeepClone(),
    };

    private static bool IsKeras(JsonNode envelope, string className) => envelope["registered_name"] is null && !className.Contains('>', StringComparison.Ordinal);

    private static void Rename(JsonObject config, string old, string current)
    {
        if (!config.Remove(old, out JsonNode? value))
            return;
        config.TryAdd(current, value);
    }
}
