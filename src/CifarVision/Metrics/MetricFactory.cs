using System.Text.Json;
using System.Text.Json.Nodes;
using CifarVision.Losses;
using CifarVision.Serialization;

namespace CifarVision.Metrics;

/// <summary>Converts metrics to and from Keras' format. Every metric has one entry.</summary>
internal static class MetricFactory
{
    /// <summary>The threshold in a file if the largest output is the prediction; to Keras, null means 0.5.</summary>
    public const string Largest = "largest";

    private static readonly Dictionary<string, Func<KerasConfig, string?, Metric>> ByClassName = new()
    {
        [nameof(AUC)] = (config, name) => new AUC(
            config.Whole("num_thresholds", 200),
            config.Choice("curve", AUCCurve.ROC),
            config.Choice("summation_method", AUCSummationMethod.Interpolation),
            Numbers(config, "thresholds"),
            config.Flag("multi_label", false),
            config.OptionalWhole("num_labels"),
            Numbers(config, "label_weights"),
            config.Flag("from_logits", false),
            name),
        [nameof(BinaryAccuracy)] = (config, name) => new BinaryAccuracy(config.Number("threshold", 0.5), name),
        [nameof(CategoricalAccuracy)] = (_, name) => new CategoricalAccuracy(name),
        [nameof(F1Score)] = (config, name) => new F1Score(AverageOfF1(config), NumberOrNull(config, "threshold"), ClassId(config), name),
        [nameof(Precision)] = (config, name) => new Precision(Threshold(config.OnlyNull("top_k")), ClassId(config), AverageOrNull(config), name),
        [nameof(Recall)] = (config, name) => new Recall(Threshold(config.OnlyNull("top_k")), ClassId(config), AverageOrNull(config), name),
        [nameof(SparseCategoricalAccuracy)] = (_, name) => new SparseCategoricalAccuracy(name),
        [nameof(SparseTopKCategoricalAccuracy)] = (config, name) => new SparseTopKCategoricalAccuracy(config.Whole("k", 5), name),
        [nameof(TopKCategoricalAccuracy)] = (config, name) => new TopKCategoricalAccuracy(config.Whole("k", 5), name),
    };

    // Losses of which Keras has no metric.
    private static readonly HashSet<Type> OnlyLosses = [typeof(BinaryFocalCrossentropy), typeof(CategoricalFocalCrossentropy), typeof(Huber)];

    /// <summary>
    /// Creates a metric from its envelope, or from its name alone as Keras also writes it: <c>accuracy</c>, <c>mse</c>. The name is then its key in the logs. The
    /// name or class of a loss gives its mean.
    /// </summary>
    /// <exception cref="InvalidDataException">The metric or one of its settings is not supported.</exception>
    public static Metric FromEnvelope(JsonNode node, CustomObjects? customs = null)
    {
        KerasConfig config = KerasConfig.Open(node, "A metric", customs);
        if (config.Custom<object>() is { } custom)
            return OfCustom(custom, config.ClassName);
        string? name = config.Only("dtype", "float32").Object("name") is not null ? config.Text("name", "")
            : node is JsonObject envelope && envelope["class_name"]!.GetValue<string>() == config.ClassName ? null
            : config.ClassName;
        Metric metric = TryCreate(config, name, node) ?? throw config.Unknown("metric", [nameof(Accuracy), .. ByClassName.Keys, "the losses"]);
        config.RequireAllRead();
        metric.Written = WrittenForm.Of(node);
        return metric;
    }

    /// <summary>Returns what Keras writes into a file for a metric: <c>"accuracy"</c>, or an envelope. A class that Keras lacks is marked as registered.</summary>
    public static JsonNode ToKeras(this Metric metric)
    {
        if (metric.Written?.Name is { } written)
            return written.DeepClone();
        if (metric is Accuracy && IsAccuracy(metric.Name))
            return JsonValue.Create(metric.Name);
        // Among its metrics, Keras has no kld.
        if (metric.Written is null && metric is MeanLoss { Name: { } name, Loss: { } loss and not KLDivergence } && LossFactory.IsShortName(name) && LossFactory.IsSaidByName(loss, name))
            return JsonValue.Create(metric.Name);
        (Type type, bool keras) = metric switch
        {
            Accuracy => (typeof(Accuracy), false),
            ClassScore score => (score.GetType(), score.IsKeras),
            MeanLoss mean => (mean.Loss.GetType(), !OnlyLosses.Contains(mean.Loss.GetType())),
            _ => (metric.GetType(), true),
        };
        return KerasObject.Wrap("keras.metrics", type.Name, metric.GetConfig(), registered: !keras || type.Assembly != typeof(Metric).Assembly);
    }

    /// <summary>What Keras writes for a threshold: null for its default, 0.5.</summary>
    public static JsonNode? KerasThreshold(double? threshold) => threshold switch
    {
        null => Largest,
        0.5 => null,
        { } other => other,
    };

    private static Metric OfCustom(object custom, string className) => custom switch
    {
        Metric metric => metric,
        Loss loss => new MeanLoss(loss),
        _ => throw new InvalidDataException($"CustomObject: {className} must make a Metric or a Loss, but made {custom.GetType().Name}."),
    };

    private static Metric? TryCreate(KerasConfig config, string? name, JsonNode node)
    {
        if (IsAccuracy(config.ClassName))
            return node is JsonObject envelope ? AccuracyOfEnvelope(envelope, name) : new Accuracy(name);
        if (ByClassName.TryGetValue(config.ClassName == "auc" ? nameof(AUC) : KerasObject.ToClassName(config.ClassName), out Func<KerasConfig, string?, Metric>? create))
            return create(config, name);
        return LossFactory.TryCreate(config) is { } loss ? new MeanLoss(loss, name) : null;
    }

    private static Accuracy AccuracyOfEnvelope(JsonObject envelope, string? name) => envelope["registered_name"]?.ToString() == "CifarVision>Accuracy"
        ? new Accuracy(name)
        : throw new InvalidDataException("Accuracy: Keras' class of this name asks whether outputs equal labels, which is not offered; the metric \"accuracy\" is.");

    private static bool IsAccuracy(string name) =>
        name.Equals("accuracy", StringComparison.OrdinalIgnoreCase) || name.Equals("acc", StringComparison.OrdinalIgnoreCase);

    private static Averaging? AverageOfF1(KerasConfig config)
    {
        Averaging? average = AverageOrNull(config);
        return average is not null || ClassId(config) is not null
            ? average
            : throw new InvalidDataException("F1Score: average must be micro, macro or weighted, but was null. Use PerClass for the value of each class.");
    }

    private static Averaging? AverageOrNull(KerasConfig config) => config.Object("average") is null ? null : config.Choice<Averaging>("average");

    private static int? ClassId(KerasConfig config) => config.Object("class_id") is null ? null : config.Whole("class_id");

    // Keras writes a list that it holds as a tensor as an envelope with the list inside.
    private static double[]? Numbers(KerasConfig config, string key) => config.Object(key) switch
    {
        null => null,
        JsonObject tensor when tensor["config"]?["value"] is JsonArray list => new KerasConfig(config.ClassName, new JsonObject { [key] = list.DeepClone() }).Required<double[]>(key, "a list of numbers"),
        _ => config.Required<double[]>(key, "a list of numbers or null"),
    };

    private static double? NumberOrNull(KerasConfig config, string key) => config.Object(key) is null ? null : config.Number(key);

    private static double? Threshold(KerasConfig config) =>
        config.Object("thresholds") is JsonValue text && text.GetValueKind() == JsonValueKind.String && text.ToString() == Largest ? null : config.Number("thresholds", 0.5);
}
