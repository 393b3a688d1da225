using System.Text.Json.Nodes;
using CifarVision.Serialization;

namespace CifarVision.Optimizers;

/// <summary>Converts optimizers to and from Keras' format. Every optimizer has one entry.</summary>
internal static class OptimizerFactory
{
    // Keras ignores this key beside the config. Keras does not save the exclusions, so training would continue with weight decay on all weights.
    private const string ExclusionKey = "exclude_from_weight_decay";

    // Keras also finds optimizers by their lower-case names: a model compiled with "sgd" is saved with that name.
    private static readonly Dictionary<string, Func<OptimizerConfig, Optimizer>> ByClassName = new(StringComparer.OrdinalIgnoreCase)
    {
        [nameof(SGD)] = c => new SGD(
            c.LearningRate(0.01), c.Number("momentum", 0), c.Flag("nesterov", false),
            c.WeightDecay, c.ClipNorm, c.ClipValue, c.GlobalClipNorm, c.UseEma, c.EmaMomentum, c.EmaOverwriteFrequency, c.GradientAccumulationSteps, c.Exclusions, c.Name),
        [nameof(Adam)] = c => new Adam(
            c.LearningRate(0.001), c.Number("beta_1", 0.9), c.Number("beta_2", 0.999), c.Number("epsilon", 1e-7), c.Flag("amsgrad", false),
            c.WeightDecay, c.ClipNorm, c.ClipValue, c.GlobalClipNorm, c.UseEma, c.EmaMomentum, c.EmaOverwriteFrequency, c.GradientAccumulationSteps, c.Exclusions, c.Name),
        [nameof(AdamW)] = c => new AdamW(
            c.LearningRate(0.001), c.WeightDecay ?? 0.004, c.Number("beta_1", 0.9), c.Number("beta_2", 0.999), c.Number("epsilon", 1e-7), c.Flag("amsgrad", false),
            c.ClipNorm, c.ClipValue, c.GlobalClipNorm, c.UseEma, c.EmaMomentum, c.EmaOverwriteFrequency, c.GradientAccumulationSteps, c.Exclusions, c.Name),
        [nameof(RMSprop)] = c => new RMSprop(
            c.LearningRate(0.001), c.Number("rho", 0.9), c.Number("momentum", 0), c.Number("epsilon", 1e-7), c.Flag("centered", false),
            c.WeightDecay, c.ClipNorm, c.ClipValue, c.GlobalClipNorm, c.UseEma, c.EmaMomentum, c.EmaOverwriteFrequency, c.GradientAccumulationSteps, c.Exclusions, c.Name),
        [nameof(Adagrad)] = c => new Adagrad(
            c.LearningRate(0.001), c.Number("initial_accumulator_value", 0.1), c.Number("epsilon", 1e-7),
            c.WeightDecay, c.ClipNorm, c.ClipValue, c.GlobalClipNorm, c.UseEma, c.EmaMomentum, c.EmaOverwriteFrequency, c.GradientAccumulationSteps, c.Exclusions, c.Name),
        [nameof(Adadelta)] = c => new Adadelta(
            c.LearningRate(0.001), c.Number("rho", 0.95), c.Number("epsilon", 1e-7),
            c.WeightDecay, c.ClipNorm, c.ClipValue, c.GlobalClipNorm, c.UseEma, c.EmaMomentum, c.EmaOverwriteFrequency, c.GradientAccumulationSteps, c.Exclusions, c.Name),
        [nameof(Adamax)] = c => new Adamax(
            c.LearningRate(0.001), c.Number("beta_1", 0.9), c.Number("beta_2", 0.999), c.Number("epsilon", 1e-7),
            c.WeightDecay, c.ClipNorm, c.ClipValue, c.GlobalClipNorm, c.UseEma, c.EmaMomentum, c.EmaOverwriteFrequency, c.GradientAccumulationSteps, c.Exclusions, c.Name),
        [nameof(Nadam)] = c => new Nadam(
            c.LearningRate(0.001), c.Number("beta_1", 0.9), c.Number("beta_2", 0.999), c.Number("epsilon", 1e-7),
            c.WeightDecay, c.ClipNorm, c.ClipValue, c.GlobalClipNorm, c.UseEma, c.EmaMomentum, c.EmaOverwriteFrequency, c.GradientAccumulationSteps, c.Exclusions, c.Name),
    };

    /// <summary>Creates an optimizer from its envelope, or from its name alone.</summary>
    /// <param name="node">Class name and config, or a name.</param>
    /// <param name="customs">The user's own classes.</param>
    /// <exception cref="InvalidDataException">The optimizer or one of its settings is not supported.</exception>
    /// <exception cref="ArgumentException">A setting is outside its range.</exception>
    public static Optimizer FromEnvelope(JsonNode node, CustomObjects? customs = null)
    {
        KerasConfig config = KerasConfig.Open(node, "An optimizer", customs);
        if (config.Custom<Optimizer>() is { } custom)
            return custom;
        string[] exclusions = (node as JsonObject)?[ExclusionKey] is JsonArray parts ? [.. parts.Select(Exclusion)] : [];
        return Create(config, exclusions);
    }

    /// <summary>Creates an optimizer of this library from its class name and config.</summary>
    /// <exception cref="InvalidDataException">The optimizer or one of its settings is not supported.</exception>
    /// <exception cref="ArgumentException">A setting is outside its range.</exception>
    public static Optimizer FromConfig(string className, JsonObject config) => Create(new KerasConfig(className, config), []);

    /// <summary>Returns the envelope in which Keras' files hold an optimizer. A class that Keras lacks is marked as registered.</summary>
    public static JsonObject ToKeras(this Optimizer optimizer)
    {
        JsonObject envelope = KerasObject.Wrap(
            "keras.optimizers", optimizer.GetType().Name, optimizer.GetConfig(), registered: optimizer.GetType().Assembly != typeof(Optimizer).Assembly);
        if (optimizer.ExcludeFromWeightDecay.Count > 0)
            envelope[ExclusionKey] = new JsonArray([.. optimizer.ExcludeFromWeightDecay]);
        return envelope;
    }

    private static Optimizer Create(KerasConfig config, IReadOnlyList<string> exclusions)
    {
        if (!ByClassName.TryGetValue(config.ClassName, out Func<OptimizerConfig, Optimizer>? create))
            throw config.Unknown("optimizer", ByClassName.Keys);
        // The loss is never scaled here: bfloat16 has float32's range.
        config.OnlyNull("loss_scale_factor");
        Optimizer optimizer = create(new OptimizerConfig(config, exclusions));
        config.RequireAllRead();
        return optimizer;
    }

    private static string Exclusion(JsonNode? node) =>
        node?.GetValue<string>() ?? throw new InvalidDataException($"{ExclusionKey} must be a list of names, but one was null.");
}
