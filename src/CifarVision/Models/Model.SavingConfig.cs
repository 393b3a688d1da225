using System.Text.Json;
using System.Text.Json.Nodes;
using CifarVision.Layers;
using CifarVision.Losses;
using CifarVision.Metrics;
using CifarVision.Optimizers;
using CifarVision.Runtime;
using CifarVision.Saving;

namespace CifarVision.Models;

public partial class Model
{
    private const string OwnCompile = "Load the model with compile: false and call Compile yourself.";

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
    public static Model FromJson(string json, IEnumerable<CustomObject>? customObjects = null)
    {
        ArgumentNullException.ThrowIfNull(json);
        const string source = "the JSON";
        var customs = new CustomObjects(customObjects ?? []);
        JsonObject envelope = KerasFormat.ParseObject(json, source);
        Model model = FromKeras(envelope, source, customs, awaitsValues: false);
        model.CompileAs(envelope["compile_config"], source, customs, () => []);
        return model;
    }

    /// <inheritdoc/>
    internal override JsonObject ToKeras()
    {
        JsonObject envelope = KerasObject.Wrap(this is Sequential ? "keras" : "keras.src.models.functional", KerasClass, GetConfig());
        if (this is Sequential && IsBuilt)
            envelope["build_config"] = new JsonObject { ["input_shape"] = InputShape.ToKeras() };
        envelope["compile_config"] = CompileConfig();
        return envelope;
    }

    private protected static Model FromKeras(JsonObject envelope, string source, CustomObjects customs, bool awaitsValues) => Understand(source, "", () =>
        envelope["class_name"]?.ToString() == nameof(Sequential)
            ? Sequential.FromConfig(envelope["config"] as JsonObject ?? throw new InvalidDataException("its config is missing."), customs, awaitsValues)
            : throw new InvalidDataException($"it holds a {envelope["class_name"]?.ToString() ?? "thing without class_name"}, and only a {nameof(Sequential)} can be loaded."));

    private protected static T Understand<T>(string source, string advice, Func<T> read)
    {
        try
        {
            return read();
        }
        // What constructors refuse, and JSON of another kind than expected.
        catch (Exception error) when (error is InvalidDataException or ArgumentException or InvalidOperationException or JsonException or FormatException or OverflowException)
        {
            throw new InvalidDataException($"Model: {source} must describe a model of known parts, but: {error.Message} {advice}".TrimEnd(), error);
        }
    }

    private JsonObject CompileConfig() => _trainer.Compiled is not { } compiled
        ? []
        : new JsonObject
        {
            ["optimizer"] = compiled.Optimizer.ToKeras(),
            ["loss"] = ShortForm(compiled.Losses[0]!),
            ["loss_weights"] = null,
            ["metrics"] = compiled.Metrics[0].Count == 0 ? null : new JsonArray([.. compiled.Metrics[0].Select(metric => metric.ToKeras())]),
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
