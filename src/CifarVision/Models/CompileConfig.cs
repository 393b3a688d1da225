using System.Text.Json.Nodes;
using CifarVision.Formats;
using CifarVision.Losses;
using CifarVision.Metrics;
using CifarVision.Optimizers;
using CifarVision.Serialization;

namespace CifarVision.Models;

/// <summary>
/// Converts the arguments of Compile to and from Keras' files: the optimizer, and a loss, a loss weight and metrics for each output. Keras writes them as they were
/// given: one for a single output, a list in the order of the outputs, or a dictionary by the names of the outputs.
/// </summary>
internal static class CompileConfig
{
    // Settings of execution, which change no result, with their defaults.
    private static readonly Dictionary<string, JsonNode> Execution = new() { ["run_eagerly"] = false, ["steps_per_execution"] = 1, ["jit_compile"] = false };

    private const string OwnCompile = "Load the model with compile: false and call Compile yourself.";

    /// <summary>Returns the compile config of a model; an empty object if the model is not compiled.</summary>
    public static JsonObject Write(Model model)
    {
        if (model.Compiled is not { } compiled)
            return [];
        JsonNode?[] metrics = [.. compiled.Metrics.Select(list => list.Count == 0 ? null : new JsonArray([.. list.Select(metric => metric.ToKeras())]))];
        var config = new JsonObject
        {
            ["optimizer"] = compiled.Optimizer.ToKeras(),
            ["loss"] = OfOutputs(model, [.. compiled.Losses.Select(loss => loss?.ToShortKeras())], withNulls: true),
            ["loss_weights"] = compiled.LossWeights is null ? null : OfOutputs(model, [.. compiled.LossWeights.Select(weight => JsonValue.Create(weight))], isList: true),
            ["metrics"] = metrics.All(list => list is null) ? null : OfOutputs(model, metrics),
            ["weighted_metrics"] = null,
        };
        foreach ((string key, JsonNode value) in Execution)
            config[key] = value.DeepClone();
        foreach ((string key, JsonNode? value) in compiled.Unused)
            config[key] = value?.DeepClone();
        return config;
    }

    /// <summary>Compiles a model by the compile config of a file.</summary>
    /// <param name="model">The model.</param>
    /// <param name="config">The compile config; null or an empty object leaves the model as it is.</param>
    /// <param name="source">The file, for messages.</param>
    /// <param name="customs">The user's own classes.</param>
    /// <param name="findState">Finds the optimizer's state; returns an empty list if there is none.</param>
    /// <exception cref="InvalidDataException">An optimizer, loss, metric or setting is not supported.</exception>
    public static void Apply(Model model, JsonNode? config, string source, CustomObjects customs, Func<IReadOnlyList<StoredArray>> findState)
    {
        if (config is not JsonObject { Count: > 0 } written)
            return;
        JsonObject settings = ModelConfig.ReadOrInvalidData(source, OwnCompile, () => LegacyCompile.ToCurrent(written));
        Action compile = ModelConfig.ReadOrInvalidData(source, OwnCompile, () => ReadCompile(model, settings, customs));
        IReadOnlyList<StoredArray> state = findState();
        ModelConfig.ReadOrInvalidData(source, OwnCompile, () =>
        {
            compile();
            // Without a named optimizer, the state belongs to an unknown optimizer.
            if (settings["optimizer"] is null)
                Console.Error.WriteLine($"Model: {source} names no optimizer, so the model is compiled with RMSprop, Keras' default. Keras' own save to .h5 removes the optimizer from what it saves afterwards. Compile with yours.");
            else if (state.Count > 0)
                Restore(model, state, source);
            return true;
        });
    }

    // Older versions of Keras had other variables in another order.
    private static void Restore(Model model, IReadOnlyList<StoredArray> state, string source)
    {
        Optimizer optimizer = model.Optimizer!;
        try
        {
            optimizer.SetState([.. model.Weights.Where(weight => weight.Trainable)], [.. state.Select(array => array.Shape)], i => state[i].Read());
        }
        catch (ArgumentException error)
        {
            optimizer.ReleaseSlots();
            Console.Error.WriteLine($"Model: the state of the optimizer in {source} does not fit, so training goes on with a fresh one. {error.Message}");
        }
    }

    private static Action ReadCompile(Model model, JsonObject settings, CustomObjects customs)
    {
        KerasConfig reader = new KerasConfig("compile_config", settings)
            .Only("weighted_metrics", new JsonArray()).Ignore([.. Execution.Keys, "auto_scale_loss"]);
        // Keras 3.15 leaves the optimizer out of some files, and then compiles with its default.
        Optimizer optimizer = reader.Object("optimizer") is { } named ? OptimizerFactory.FromEnvelope(named, customs) : new RMSprop();
        Loss?[] losses = ReadLosses(model, reader.Required<JsonNode>("loss", "a loss"), customs);
        double[]? weights = reader.Object("loss_weights") is { } given ? [.. ByOutput(model, "loss_weights", given).Select(weight => weight?.GetValue<double>() ?? 1)] : null;
        Metric[][] metrics = [.. MetricsByOutput(model, reader.Object("metrics")).Select(node => ReadMetrics(node, customs))];
        reader.RequireAllRead();
        var unused = new JsonObject(settings.Where(setting => Execution.ContainsKey(setting.Key)).Select(setting => KeyValuePair.Create(setting.Key, setting.Value?.DeepClone())));
        if (settings["metrics"] is JsonArray { Count: 0 })
            unused["metrics"] = new JsonArray();
        return () =>
        {
            model.CompileAsSaved(optimizer, losses, weights, metrics);
            model.Compiled!.Unused = unused;
        };
    }

    private static Loss?[] ReadLosses(Model model, JsonNode loss, CustomObjects customs) => IsOne(loss)
        ? [.. model.OutputNames.Select(_ => LossFactory.FromEnvelope(loss, customs))]
        : [.. ByOutput(model, "loss", loss).Select(one => one is null ? null : LossFactory.FromEnvelope(one, customs))];

    private static JsonNode?[] MetricsByOutput(Model model, JsonNode? metrics)
    {
        if (metrics is null)
            return new JsonNode?[model.OutputNames.Count];
        // A single output needs no list around its metrics.
        bool isOfOneOutput = IsOne(metrics) || (metrics is JsonArray list && list.All(item => item is not null && IsOne(item)));
        return isOfOneOutput && model.OutputNames.Count == 1 ? [metrics] : ByOutput(model, "metrics", metrics);
    }

    private static Metric[] ReadMetrics(JsonNode? node, CustomObjects customs) => node switch
    {
        null => [],
        JsonArray list => [.. list.Select(metric => MetricFactory.FromEnvelope(metric ?? throw new InvalidDataException("a metric is null."), customs))],
        _ => [MetricFactory.FromEnvelope(node, customs)],
    };

    // A name or an envelope: neither a list nor a dictionary.
    private static bool IsOne(JsonNode node) => node is JsonValue || (node is JsonObject envelope && envelope.ContainsKey("class_name"));

    private static JsonNode?[] ByOutput(Model model, string key, JsonNode node)
    {
        IReadOnlyList<string> names = model.OutputNames;
        switch (node)
        {
            case JsonArray list when list.Count == names.Count:
                return [.. list];
            case JsonObject table when !IsOne(table):
                if (table.Select(entry => entry.Key).Except(names).FirstOrDefault() is { } unknown)
                    throw new InvalidDataException($"compile_config: {key} must be for outputs of the model ({string.Join(", ", names)}), but was for '{unknown}'.");
                // Keras asks for all losses, null among them; metrics and weights may be left out.
                if (key == "loss" && names.FirstOrDefault(name => !table.ContainsKey(name)) is { } without)
                    throw new InvalidDataException($"compile_config: {key} must have an entry for each of the outputs {string.Join(", ", names)}, but has none for '{without}'.");
                return [.. names.Select(name => table[name])];
            default:
                throw new InvalidDataException(FormattableString.Invariant($"compile_config: {key} must have an entry for each of the {names.Count} outputs, but was {node.ToJsonString()}."));
        }
    }

    // A dictionary by name only if the names are unique: a layer may have several outputs.
    private static JsonNode? OfOutputs(Model model, JsonNode?[] values, bool isList = false, bool withNulls = false)
    {
        IReadOnlyList<string> names = model.OutputNames;
        if (names.Count == 1)
            return isList ? new JsonArray(values) : values[0];
        return names.Distinct().Count() < names.Count
            ? new JsonArray(values)
            : new JsonObject(names.Zip(values, KeyValuePair.Create).Where(entry => withNulls || entry.Value is not null));
    }
}
