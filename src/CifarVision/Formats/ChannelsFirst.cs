using System.Text.Json.Nodes;

namespace CifarVision.Formats;

/// <summary>
/// Converts the config of a Sequential for images (C, H, W) to one for (H, W, C). Keras' kernels have the same layout for both, and its Flatten for
/// channels_first flattens in the order (H, W, C), so the weights need no change and predictions are the same.
/// </summary>
internal static class ChannelsFirst
{
    private const string First = "channels_first";
    private const string Last = "channels_last";
    private const string DataFormat = "data_format";

    // Layers that compute the same for every order of the axes.
    private static readonly HashSet<string> WithoutOrder =
        ["Activation", "Dropout", "ELU", "GaussianDropout", "GaussianNoise", "Identity", "LeakyReLU", "ReLU", "Rescaling", "ThresholdedReLU"];

    /// <summary>Converts a model if any of its layers is in channels_first.</summary>
    /// <returns>
    /// The names of BatchNormalization layers whose axis is the last, the width. They are assumed to normalize the channels, which the shapes of their weights
    /// confirm unless the image has as many columns as channels.
    /// </returns>
    /// <exception cref="InvalidDataException">A layer would compute something else after the conversion; the message names it.</exception>
    public static IReadOnlyList<string> Transpose(JsonObject envelope)
    {
        if (Layers(envelope) is not { } layers || !layers.Any(IsInChannelsFirst))
            return [];
        if (envelope["class_name"]?.ToString() != "Sequential")
            throw Impossible(envelope, $"only a Sequential with {DataFormat} {First} can be transposed");
        var takenForChannels = new List<string>();
        TransposeImages(layers, takenForChannels);
        TransposeShape(envelope["config"]!.AsObject(), "build_input_shape");
        return takenForChannels;
    }

    private static JsonArray? Layers(JsonNode? envelope) => (envelope?["config"] as JsonObject)?["layers"] is JsonArray layers && layers.All(layer => layer is JsonObject) ? layers : null;

    private static bool IsInChannelsFirst(JsonNode? layer) =>
        Layers(layer) is { } inner ? inner.Any(IsInChannelsFirst) : (layer?["config"] as JsonObject)?[DataFormat]?.ToString() == First;

    // Up to the layer that flattens the images; the layers after it need no conversion.
    private static bool TransposeImages(JsonArray layers, List<string> takenForChannels)
    {
        foreach (JsonNode? layer in layers)
        {
            bool areImages = Layers(layer) is { } inner ? TransposeImages(inner, takenForChannels) : TransposeLayer(layer, takenForChannels);
            if (!areImages)
                return false;
        }

        return true;
    }

    private static bool TransposeLayer(JsonNode? layer, List<string> takenForChannels)
    {
        string className = layer?["class_name"]?.ToString() ?? "";
        JsonObject config = layer?["config"] as JsonObject ?? [];
        if (className == "InputLayer")
        {
            TransposeShape(config, "batch_shape");
        }
        else if (className == "BatchNormalization")
        {
            TransposeAxis(layer, config, takenForChannels);
        }
        else if (config[DataFormat]?.ToString() == First)
        {
            if (config["activation"]?.ToString() is "softmax" or "log_softmax")
                throw Impossible(layer, "its softmax is over the width, not the channels");
            config[DataFormat] = Last;
        }
        else if (!WithoutOrder.Contains(className) || config["activation"]?.ToString() is "softmax" or "log_softmax")
        {
            throw Impossible(layer, $"it reads images without {DataFormat} {First}, so it depends on the order of their axes");
        }

        return className != "Flatten" && !className.StartsWith("Global", StringComparison.Ordinal);
    }

    private static void TransposeAxis(JsonNode? layer, JsonObject config, List<string> takenForChannels)
    {
        int axis = config["axis"] is JsonValue value && value.TryGetValue(out int number) ? number : -1;
        if (axis is 3 or -1)
            takenForChannels.Add(config["name"]?.ToString() ?? "");
        else if (axis is not (1 or -3))
            throw Impossible(layer, FormattableString.Invariant($"its axis {axis} is not that of the channels"));
        config["axis"] = -1;
    }

    private static void TransposeShape(JsonObject config, string key)
    {
        if (config[key] is JsonArray { Count: 4 } shape)
            config[key] = new JsonArray(shape[0]?.DeepClone(), shape[2]?.DeepClone(), shape[3]?.DeepClone(), shape[1]?.DeepClone());
    }

    private static InvalidDataException Impossible(JsonNode? layer, string why) => new(
        $"{layer?["class_name"]} '{layer?["config"]?["name"]}': a model in {First} must be transposed to {Last}, but {why}. "
        + $"Create the model in {Last} and set its weights by SetWeights.");
}
