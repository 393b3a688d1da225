using System.Text.Json.Nodes;
using CifarVision.Serialization;

namespace CifarVision.Optimizers;

/// <summary>The config of an optimizer in a Keras file: the settings that all share, by name, and the others by key.</summary>
/// <param name="config">The settings.</param>
/// <param name="exclusions">Substrings of the names of weights without weight decay.</param>
internal sealed class OptimizerConfig(KerasConfig config, IReadOnlyList<string> exclusions)
{
    public double? WeightDecay => config.OptionalNumber("weight_decay");

    public double? ClipNorm => config.OptionalNumber("clipnorm");

    public double? ClipValue => config.OptionalNumber("clipvalue");

    public double? GlobalClipNorm => config.OptionalNumber("global_clipnorm");

    public bool UseEma => config.Flag("use_ema", false);

    public double EmaMomentum => config.Number("ema_momentum", 0.99);

    public int? EmaOverwriteFrequency => config.OptionalWhole("ema_overwrite_frequency");

    public int? GradientAccumulationSteps => config.OptionalWhole("gradient_accumulation_steps");

    public IReadOnlyList<string> Exclusions => exclusions;

    public string? Name => config.Text("name", "") is { Length: > 0 } name ? name : null;

    /// <summary>A number or a schedule.</summary>
    public LearningRateSchedule LearningRate(double absent) =>
        config.Object("learning_rate") is JsonObject schedule ? ScheduleFactory.FromEnvelope(schedule, config.Customs) : ScheduleFactory.ShortestRate(config.Number("learning_rate", absent));

    public double Number(string key, double absent) => config.Number(key, absent);

    public bool Flag(string key, bool absent) => config.Flag(key, absent);
}
