using System.Text.Json.Nodes;
using CifarVision.Serialization;

namespace CifarVision.Formats;

/// <summary>Converts the compile configs of older versions of Keras to the format of Keras 3.</summary>
internal static class LegacyCompile
{
    /// <summary>Returns a copy in the current format.</summary>
    public static JsonObject ToCurrent(JsonObject compile)
    {
        JsonObject current = compile.DeepClone().AsObject();
        current.Remove("sample_weight_mode");
        if (current["optimizer"] is JsonObject optimizer)
            current["optimizer"] = Optimizer(optimizer).DeepClone();
        if (current["metrics"] is { } metrics)
            current["metrics"] = Metrics(metrics);
        return current;
    }

    private static JsonObject Optimizer(JsonObject envelope)
    {
        string className = envelope["class_name"]?.ToString() ?? "";
        if (envelope["config"] is not JsonObject config || !IsKeras(envelope, className))
            return envelope;
        // The loss needs no scaling: bfloat16 has the range of float32.
        if (className == "LossScaleOptimizer" && config["inner_optimizer"] is JsonObject inner)
            return Optimizer(inner);
        if (config.Remove("lr", out JsonNode? rate))
            config.TryAdd("learning_rate", rate);
        if (config.Remove("decay", out JsonNode? decay) && decay is JsonValue number && number.GetValue<double>() != 0)
            config["learning_rate"] = InverseTimeDecay(config["learning_rate"], number);
        // Settings of execution change no results, and Keras 2.0 wrote null for a default.
        config.Remove("jit_compile");
        config.Remove("is_legacy_optimizer");
        if (config["epsilon"] is null)
            config.Remove("epsilon");
        // The momentum decay, which is constant since then.
        if (className == "Nadam" && config["schedule_decay"]?.GetValue<double>() == 0.004)
            config.Remove("schedule_decay");
        // Keras 2 had no such setting: its accumulators started at 0.
        if (className == "Adagrad")
            config.TryAdd("initial_accumulator_value", 0.0);
        return envelope;
    }

    // Keras 2: lr / (1 + decay * iterations).
    private static JsonObject InverseTimeDecay(JsonNode? rate, JsonNode decay) => KerasObject.Wrap("keras.optimizers.schedules", "InverseTimeDecay", new JsonObject
    {
        ["initial_learning_rate"] = rate?.DeepClone(),
        ["decay_steps"] = 1,
        ["decay_rate"] = decay.DeepClone(),
        ["staircase"] = false,
    });

    private static JsonNode? Metrics(JsonNode? node) => node switch
    {
        JsonArray list => new JsonArray([.. list.Select(Metrics)]),
        JsonObject envelope when envelope["class_name"]?.ToString() == "MeanMetricWrapper" => Unwrap(envelope),
        JsonObject table when !table.ContainsKey("class_name") => new JsonObject(table.Select(entry => KeyValuePair.Create(entry.Key, Metrics(entry.Value)))),
        _ => node?.DeepClone(),
    };

    // tf.keras wrote the name of the resolved function: categorical_accuracy for "accuracy", which resolves to the same again.
    private static JsonNode Unwrap(JsonObject envelope)
    {
        JsonObject config = (envelope["config"] as JsonObject ?? []).DeepClone().AsObject();
        config.Remove("fn", out JsonNode? function);
        string name = config["name"]?.ToString() ?? "";
        string fn = (function is JsonObject ? function["config"] : function)?.ToString() ?? name;
        if (name is "accuracy" or "acc" && fn.EndsWith("accuracy", StringComparison.Ordinal))
            return JsonValue.Create(name);
        return new JsonObject { ["class_name"] = KerasObject.ToClassName(fn), ["config"] = config };
    }

    private static bool IsKeras(JsonObject envelope, string className) =>
        (envelope["registered_name"]?.ToString() is not { } registered || registered == className || registered == $"Custom>{className}")
        && !className.Contains('>', StringComparison.Ordinal);
}
