using System.Text.Json.Nodes;
using CifarVision.Serialization;

namespace CifarVision.Losses;

/// <summary>Converts losses to and from Keras' format. Every loss has one entry.</summary>
internal static class LossFactory
{
    private static readonly Dictionary<string, Func<KerasConfig, string?, Loss>> ByClassName = new()
    {
        [nameof(BinaryCrossentropy)] = (config, name) =>
            new BinaryCrossentropy(config.Only("axis", -1).Flag("from_logits", false), config.Number("label_smoothing", 0), name),
        [nameof(BinaryFocalCrossentropy)] = (config, name) => new BinaryFocalCrossentropy(
            config.Only("axis", -1).Flag("apply_class_balancing", false),
            config.Number("alpha", 0.25),
            config.Number("gamma", 2),
            config.Flag("from_logits", false),
            config.Number("label_smoothing", 0),
            name),
        [nameof(CategoricalCrossentropy)] = (config, name) =>
            new CategoricalCrossentropy(config.Only("axis", -1).Flag("from_logits", false), config.Number("label_smoothing", 0), name),
        [nameof(CategoricalFocalCrossentropy)] = CategoricalFocalCrossentropy.FromConfig,
        [nameof(Huber)] = (config, name) => new Huber(config.Number("delta", 1), name),
        [nameof(KLDivergence)] = (_, name) => new KLDivergence(name),
        [nameof(MeanAbsoluteError)] = (_, name) => new MeanAbsoluteError(name),
        [nameof(MeanSquaredError)] = (_, name) => new MeanSquaredError(name),
        [nameof(SparseCategoricalCrossentropy)] = (config, name) =>
            new SparseCategoricalCrossentropy(config.Only("axis", -1).OnlyNull("ignore_class").Flag("from_logits", false), name),
    };

    private static readonly Dictionary<string, string> ByShortName = new()
    {
        ["bce"] = nameof(BinaryCrossentropy),
        ["BCE"] = nameof(BinaryCrossentropy),
        ["kld"] = nameof(KLDivergence),
        ["KLD"] = nameof(KLDivergence),
        ["mae"] = nameof(MeanAbsoluteError),
        ["MAE"] = nameof(MeanAbsoluteError),
        ["mse"] = nameof(MeanSquaredError),
        ["MSE"] = nameof(MeanSquaredError),
    };

    /// <summary>Creates a loss from its envelope, or from its name alone as Keras also writes it: <c>categorical_crossentropy</c>, <c>mse</c>.</summary>
    /// <exception cref="InvalidDataException">The loss or one of its settings is not supported.</exception>
    public static Loss FromEnvelope(JsonNode node, CustomObjects? customs = null)
    {
        KerasConfig config = KerasConfig.Open(node, "A loss", customs);
        if (config.Custom<Loss>() is { } custom)
            return custom;
        Loss loss = TryCreate(config) ?? throw config.Unknown("loss", ByClassName.Keys);
        RequireMean(config);
        config.RequireAllRead();
        loss.Written = WrittenForm.Of(node);
        return loss;
    }

    /// <summary>Creates the loss of a class name or short name and reads its settings; null if there is none. Metrics of the same names use it too.</summary>
    public static Loss? TryCreate(KerasConfig config) =>
        ByClassName.TryGetValue(ClassName(config.ClassName), out Func<KerasConfig, string?, Loss>? create) ? create(config, NameOrNull(config)) : null;

    /// <summary>Returns what Keras writes into a file for a loss of Compile: its name, if it has no other settings, else its envelope.</summary>
    public static JsonNode ToShortKeras(this Loss loss)
    {
        if (loss.Written is { } written)
            return written.Name?.DeepClone() ?? loss.ToKeras();
        JsonObject full = loss.ToKeras();
        return full["registered_name"] is null && IsSaidByName(loss, loss.Name) ? JsonValue.Create(loss.Name) : full;
    }

    /// <summary>Whether a name such as <c>mse</c> denotes a loss with these settings.</summary>
    public static bool IsSaidByName(Loss loss, string name)
    {
        JsonObject config = loss.GetConfig();
        config["name"] = name;
        return TryCreate(new KerasConfig(name, [])) is { } named && named.GetType() == loss.GetType() && JsonNode.DeepEquals(named.GetConfig(), config);
    }

    /// <summary>Returns the envelope of a loss in Keras' files. A user's class is marked as registered.</summary>
    public static JsonObject ToKeras(this Loss loss) => KerasObject.Wrap(
        "keras.losses", loss.GetType().Name, loss.GetConfig(), registered: loss.GetType().Assembly != typeof(Loss).Assembly);

    // A short name such as mse becomes the name of the loss, so that it is written again.
    private static string? NameOrNull(KerasConfig config) =>
        config.Object("name") is not null ? config.Text("name", "") : IsShortName(config.ClassName) ? config.ClassName : null;

    private static void RequireMean(KerasConfig config)
    {
        // Files of tf.keras have "auto" and the name of the function; "mean" is a newer synonym.
        string reduction = config.Ignore("fn").Only("dtype", "float32").Text("reduction", "sum_over_batch_size");
        if (reduction is not ("sum_over_batch_size" or "mean" or "auto"))
            throw new InvalidDataException($"{config.ClassName}: reduction is supported only as sum_over_batch_size, but was {reduction}.");
    }

    /// <summary>Whether a name is one of Keras' short names, such as <c>mse</c>.</summary>
    public static bool IsShortName(string name) => ByShortName.ContainsKey(name);

    private static string ClassName(string name) =>
        ByShortName.TryGetValue(name, out string? className) ? className : name == "kl_divergence" ? nameof(KLDivergence) : KerasObject.ToClassName(name);
}
