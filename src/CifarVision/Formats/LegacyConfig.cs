using System.Text.Json.Nodes;

namespace CifarVision.Formats;

/// <summary>
/// Converts the model configs of older versions of Keras (2.0 to 2.15, and tf.keras) to the format of Keras 3, so that no other code has to know old names. A
/// config in the current format is not changed, whatever version its file states.
/// </summary>
internal static class LegacyConfig
{
    private const string InputLayer = "InputLayer";
    private const string OldInputShape = "batch_input_shape";

    /// <summary>Returns a copy of a model's envelope in the current format.</summary>
    /// <param name="envelope">The envelope in the file.</param>
    /// <param name="takenForChannels">See <see cref="ChannelsFirst.Transpose"/>.</param>
    /// <exception cref="InvalidDataException">The model is in channels_first and cannot be converted exactly; the message names the layer.</exception>
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
        // Keras 2.0 to 2.2.2 wrote the config of a Sequential as a plain list of layers.
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
        // A nested model in the first place had the shape itself, too.
        config.Remove(OldInputShape);
    }

    // Before tf.keras 2.2, the first layer of a Sequential had the shape of the input.
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

    // For a nested model, that of its first layer.
    private static JsonNode? InputShape(JsonNode? layer) => layer?["config"] switch
    {
        JsonObject config when config["layers"] is JsonArray { Count: > 0 } inner => InputShape(inner[0]),
        JsonObject config => config[OldInputShape] ?? config["batch_shape"],
        _ => null,
    };

    // The user's own classes may use the same keys for other things.
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
            // tf.keras wrote a dtype with the initializer; the weight has the dtype of its layer.
            if (key.EndsWith("_initializer", StringComparison.Ordinal) && value is JsonObject initializer && initializer["config"] is JsonObject settings && IsKeras(initializer, ""))
                settings.Remove("dtype");
            if (key == "activation")
                config[key] = Activation(value);
        }
    }

    // A function object is replaced by its name; swish is Keras 2's name of silu, and hard_swish another name of hard_silu.
    private static JsonNode? Activation(JsonNode? node) => node switch
    {
        JsonObject function when function["class_name"]?.ToString() == "function" && function["config"] is JsonValue name => Activation(name),
        JsonValue name when name.ToString() == "swish" => "silu",
        JsonValue name when name.ToString() == "hard_swish" => "hard_silu",
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
