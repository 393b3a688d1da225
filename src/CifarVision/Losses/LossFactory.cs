using System.Text.Json.Nodes;
using CifarVision.Serialization;

namespace CifarVision.Losses;

/// <summary>Makes losses from what stands in a Keras file, and the envelopes to write: one line for each loss.</summary>
internal static class LossFactory
{
    private static readonly Dictionary<string, Func<KerasConfig, string?, Loss>> ByClassName = new()
    {
        [nameof(BinaryCrossentropy)] = (config, name) =>
            new BinaryCrossentropy(config.Only("axis", -1).Flag("from_logits", false), config.Number("label_smoothing", 0), name),
        [nameof(CategoricalCrossentropy)] = (config, name) =>
            new CategoricalCrossentropy(config.Only("axis", -1).Flag("from_logits", false), config.Number("label_smoothing", 0), name),
        [nameof(MeanAbsoluteError)] = (_, name) => new MeanAbsoluteError(name),
        [nameof(MeanSquaredError)] = (_, name) => new MeanSquaredError(name),
        [nameof(SparseCategoricalCrossentropy)] = (config, name) =>
            new SparseCategoricalCrossentropy(config.Only("axis", -1).OnlyNull("ignore_class").Flag("from_logits", false), name),
    };

    /// <summary>A loss from its envelope, or from its name alone as Keras also writes it: <c>categorical_crossentropy</c>, <c>mse</c>.</summary>
    /// <exception cref="InvalidDataException">The loss or one of its settings is not supported.</exception>
    public static Loss FromConfig(JsonNode node, CustomObjects? customs = null)
    {
        KerasConfig config = KerasConfig.Open(node, "A loss", customs);
        if (config.Custom<Loss>() is { } custom)
            return custom;
        Loss loss = TryCreate(config) ?? throw config.Unknown("loss", ByClassName.Keys);
        RequireMean(config);
        config.RequireAllRead();
        return loss;
    }

    /// <summary>The loss of a class name or a name, its settings read; null where there is none. Metrics of the same names use it too.</summary>
    public static Loss? TryCreate(KerasConfig config) =>
        ByClassName.TryGetValue(ClassName(config.ClassName), out Func<KerasConfig, string?, Loss>? create) ? create(config, NameOrNull(config)) : null;

    /// <summary>What Keras' files hold for a loss that Compile was given: a name, most often, and so here where the name says it all.</summary>
    public static JsonNode ToShortKeras(this Loss loss)
    {
        JsonObject full = loss.ToKeras();
        return full["registered_name"] is null && IsSaidByName(loss, loss.Name) ? JsonValue.Create(loss.Name) : full;
    }

    /// <summary>Whether a name, as <c>mse</c>, stands for a loss with these settings.</summary>
    public static bool IsSaidByName(Loss loss, string name)
    {
        JsonObject config = loss.GetConfig();
        config["name"] = name;
        return TryCreate(new KerasConfig(name, [])) is { } named && named.GetType() == loss.GetType() && JsonNode.DeepEquals(named.GetConfig(), config);
    }

    /// <summary>The envelope in which Keras' files hold a loss. A user's class is marked as registered.</summary>
    public static JsonObject ToKeras(this Loss loss) => KerasObject.Wrap(
        "keras.losses", loss.GetType().Name, loss.GetConfig(), registered: loss.GetType().Assembly != typeof(Loss).Assembly);

    // A short name, as mse, is the loss's own, so that it is written again.
    private static string? NameOrNull(KerasConfig config) =>
        config.Object("name") is not null ? config.Text("name", "") : IsShortName(config.ClassName) ? config.ClassName : null;

    private static void RequireMean(KerasConfig config)
    {
        // "auto" and the name of the function stand in files of TensorFlow's own Keras; "mean" is a newer word for the same.
        string reduction = config.Ignore("fn").Only("dtype", "float32").Text("reduction", "sum_over_batch_size");
        if (reduction is not ("sum_over_batch_size" or "mean" or "auto"))
            throw new InvalidDataException($"{config.ClassName}: reduction is supported only as sum_over_batch_size, but was {reduction}.");
    }

    /// <summary>Whether a name is one of Keras' short ones, as <c>mse</c>.</summary>
    public static bool IsShortName(string name) => ClassName(name) != KerasObject.ToClassName(name);

    private static string ClassName(string name) => name switch
    {
        "bce" or "BCE" => nameof(BinaryCrossentropy),
        "mae" or "MAE" => nameof(MeanAbsoluteError),
        "mse" or "MSE" => nameof(MeanSquaredError),
        _ => KerasObject.ToClassName(name),
    };
}
