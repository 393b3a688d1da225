using System.Text.Json;
using System.Text.Json.Nodes;
using CifarVision.Layers;
using CifarVision.Losses;
using CifarVision.Metrics;
using CifarVision.Optimizers;
using CifarVision.Runtime;
using CifarVision.Saving;

namespace CifarVision.Models;

public sealed partial class Sequential
{
    private const string OwnCompile = "Load the model with compile: false and call Compile yourself.";

    /// <summary>The settings under Keras' names: the layers in their envelopes, as every Keras 3 reads them.</summary>
    /// <exception cref="NotSupportedException">A layer has no config.</exception>
    public override JsonObject GetConfig()
    {
        JsonObject config = base.GetConfig();
        InputLayer? input = _input ?? (IsBuilt ? new InputLayer(InputShape) : null);
        IEnumerable<Layer> layers = input is null ? _layers : _layers.Prepend(input);
        config["layers"] = new JsonArray([.. layers.Select(layer => layer.ToKeras())]);
        if (input is not null)
            config["build_input_shape"] = input.Shape.ToKeras();
        return config;
    }

    /// <summary>A model of the same layers as the one whose <see cref="GetConfig"/> this is, with first weights of its own and not compiled.</summary>
    /// <param name="config">The settings under Keras' names.</param>
    /// <param name="customObjects">Classes of your own that the config names. Default none.</param>
    /// <exception cref="InvalidDataException">The config names a layer or setting that is not offered.</exception>
    public static Sequential FromConfig(JsonObject config, IEnumerable<CustomObject>? customObjects = null)
    {
        ArgumentNullException.ThrowIfNull(config);
        return Understand("the config", "", () => FromConfig(config, new CustomObjects(customObjects ?? []), awaitsValues: false));
    }

    /// <summary>
    /// The architecture and how the model is compiled, as Keras 3.15's <c>to_json</c> writes them; for older versions of Keras, use
    /// <see cref="Save"/>. Weights are not in it.
    /// </summary>
    /// <exception cref="NotSupportedException">A layer has no config.</exception>
    public string ToJson() => KerasFormat.ToText(CurrentConfig.From(ToKeras()));

    /// <summary>A model as <see cref="ToJson"/> or Keras' <c>to_json</c> described it, with first weights of its own, compiled as it was.</summary>
    /// <param name="json">The text.</param>
    /// <param name="customObjects">Classes of your own that the text names. Default none.</param>
    /// <exception cref="InvalidDataException">It is no such text, or names a layer, setting, optimizer, loss or metric that is not offered.</exception>
    public static Sequential FromJson(string json, IEnumerable<CustomObject>? customObjects = null)
    {
        ArgumentNullException.ThrowIfNull(json);
        const string source = "the JSON";
        var customs = new CustomObjects(customObjects ?? []);
        JsonObject envelope = KerasFormat.ParseObject(json, source);
        Sequential model = FromKeras(envelope, source, customs, awaitsValues: false);
        model.CompileAs(envelope["compile_config"], source, customs, () => []);
        return model;
    }

    /// <inheritdoc/>
    internal override JsonObject ToKeras()
    {
        JsonObject envelope = KerasObject.Wrap("keras", nameof(Sequential), GetConfig());
        if (IsBuilt)
            envelope["build_config"] = new JsonObject { ["input_shape"] = InputShape.ToKeras() };
        envelope["compile_config"] = CompileConfig();
        return envelope;
    }

    private static Sequential FromKeras(JsonObject envelope, string source, CustomObjects customs, bool awaitsValues) => Understand(source, "", () =>
        envelope["class_name"]?.ToString() == nameof(Sequential)
            ? FromConfig(envelope["config"] as JsonObject ?? throw new InvalidDataException("its config is missing."), customs, awaitsValues)
            : throw new InvalidDataException($"it holds a {envelope["class_name"]?.ToString() ?? "thing without class_name"}, and only a {nameof(Sequential)} can be loaded."));

    private static Sequential FromConfig(JsonObject config, CustomObjects customs, bool awaitsValues)
    {
        var reader = new KerasConfig(nameof(Sequential), config);
        CustomObjects known = customs.With(CustomObject.Of(nested => FromConfig(nested, customs, awaitsValues)));
        var model = new Sequential();
        try
        {
            model.Rename(reader.Name() ?? model.Name, "");
            foreach (JsonNode? entry in reader.Object("layers") as JsonArray ?? throw new InvalidDataException("Sequential: layers is missing."))
            {
                Layer layer = LayerFactory.FromKeras(entry as JsonObject ?? throw new InvalidDataException($"Sequential: each of its layers must be an object, but one was {entry?.ToJsonString() ?? "null"}."), known);
                if (awaitsValues)
                    layer.AwaitValues();
                model.Add(layer);
            }

            // Only false is set: true would reach the frozen layers among them. Shapes follow from the first layer, and number formats are Compile's.
            if (!reader.Flag("trainable", true))
                model.Trainable = false;
            reader.Ignore("build_input_shape", "dtype").RequireAllRead();
            return model;
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    private static T Understand<T>(string source, string advice, Func<T> read)
    {
        try
        {
            return read();
        }
        // What constructors refuse, and JSON of another kind than expected.
        catch (Exception error) when (error is InvalidDataException or ArgumentException or InvalidOperationException or JsonException or FormatException or OverflowException)
        {
            throw new InvalidDataException($"Sequential: {source} must describe a model of known parts, but: {error.Message} {advice}".TrimEnd(), error);
        }
    }

    private JsonObject CompileConfig() => _optimizer is null || _loss is null
        ? []
        : new JsonObject
        {
            ["optimizer"] = _optimizer.ToKeras(),
            ["loss"] = ShortForm(_loss),
            ["loss_weights"] = null,
            ["metrics"] = _metrics.Count == 0 ? null : new JsonArray([.. _metrics.Select(metric => metric.ToKeras())]),
            ["weighted_metrics"] = null,
            ["run_eagerly"] = false,
            ["steps_per_execution"] = 1,
            ["jit_compile"] = false,
        };

    // Keras writes what Compile was given, most often a name; so does this where the name says it all.
    private static JsonNode ShortForm(Loss loss)
    {
        JsonObject full = loss.ToKeras();
        return full["registered_name"] is null && LossFactory.TryCreate(new KerasConfig(loss.Name, [])) is { } named && JsonNode.DeepEquals(named.GetConfig(), loss.GetConfig())
            ? JsonValue.Create(loss.Name)
            : full;
    }

    private void CompileAs(JsonNode? config, string source, CustomObjects customs, Func<IReadOnlyList<NDArray>> readOptimizer)
    {
        if (config is not JsonObject { Count: > 0 } settings)
            return;
        (Optimizer optimizer, Loss loss, Metric[] metrics) = Understand(source, OwnCompile, () =>
        {
            // Where and how fast a backend computes changes no figure.
            KerasConfig reader = new KerasConfig("compile_config", settings)
                .OnlyNull("loss_weights").Only("weighted_metrics", new JsonArray()).Ignore("run_eagerly", "steps_per_execution", "jit_compile", "auto_scale_loss");
            var parts = (
                OptimizerFactory.FromKeras(reader.Required<JsonNode>("optimizer", "an optimizer"), customs),
                LossFactory.FromConfig(reader.Required<JsonNode>("loss", "a loss"), customs),
                (reader.Object("metrics") as JsonArray ?? []).Select(metric => MetricFactory.FromConfig(metric ?? throw new InvalidDataException("a metric is null."), customs)).ToArray());
            reader.RequireAllRead();
            return parts;
        });
        IReadOnlyList<NDArray> state = readOptimizer();
        Understand(source, OwnCompile, () =>
        {
            Compile(optimizer, loss, metrics);
            if (state.Count > 0)
                optimizer.SetState([.. Weights.Where(weight => weight.Trainable)], state);
            return true;
        });
    }
}
