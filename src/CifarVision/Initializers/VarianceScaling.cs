using System.Text.Json.Nodes;
using CifarVision.Runtime;
using CifarVision.Serialization;

namespace CifarVision.Initializers;

/// <summary>
/// Random values with mean 0 and variance <c>scale / fan</c>, so that signals neither grow nor vanish from layer to layer. The rules of Glorot, He and LeCun
/// are special cases.
/// </summary>
public sealed class VarianceScaling : Initializer
{
    /// <summary>Creates the initializer.</summary>
    /// <param name="scale">The variance times the fan, more than 0. Default 1.</param>
    /// <param name="mode">The fan. Default <see cref="VarianceScalingMode.FanIn"/>.</param>
    /// <param name="distribution">The distribution. Default <see cref="VarianceScalingDistribution.TruncatedNormal"/>.</param>
    /// <param name="seed">The seed of the random numbers; by default they follow <see cref="TorchRuntime.SetSeed"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The scale is not more than 0, or an enum value is invalid.</exception>
    public VarianceScaling(
        double scale = 1,
        VarianceScalingMode mode = VarianceScalingMode.FanIn,
        VarianceScalingDistribution distribution = VarianceScalingDistribution.TruncatedNormal,
        long? seed = null)
        : base(seed)
    {
        if (!Enum.IsDefined(mode))
            throw new ArgumentOutOfRangeException(nameof(mode), $"VarianceScaling: mode must be FanIn, FanOut or FanAvg, but was {mode}.");
        if (!Enum.IsDefined(distribution))
            throw new ArgumentOutOfRangeException(nameof(distribution), $"VarianceScaling: distribution must be TruncatedNormal, UntruncatedNormal or Uniform, but was {distribution}.");
        Scale = Require.Positive(scale, this);
        Mode = mode;
        Distribution = distribution;
    }

    /// <summary>The variance times the fan.</summary>
    public double Scale { get; }

    /// <summary>The fan that divides the scale.</summary>
    public VarianceScalingMode Mode { get; }

    /// <summary>The distribution of the values.</summary>
    public VarianceScalingDistribution Distribution { get; }

    /// <inheritdoc/>
    public override JsonObject GetConfig() => new()
    {
        ["scale"] = Scale,
        ["mode"] = Mode switch
        {
            VarianceScalingMode.FanIn => "fan_in",
            VarianceScalingMode.FanOut => "fan_out",
            _ => "fan_avg",
        },
        ["distribution"] = Distribution switch
        {
            VarianceScalingDistribution.TruncatedNormal => "truncated_normal",
            VarianceScalingDistribution.UntruncatedNormal => "untruncated_normal",
            _ => "uniform",
        },
        ["seed"] = Seed,
    };

    internal static VarianceScaling FromConfig(KerasConfig config)
    {
        string mode = config.Text("mode", "fan_in");
        string distribution = config.Text("distribution", "truncated_normal");
        return new VarianceScaling(
            config.Number("scale", 1),
            mode switch
            {
                "fan_in" => VarianceScalingMode.FanIn,
                "fan_out" => VarianceScalingMode.FanOut,
                "fan_avg" => VarianceScalingMode.FanAvg,
                _ => throw new InvalidDataException($"VarianceScaling: mode must be fan_in, fan_out or fan_avg, but was {mode}."),
            },
            distribution switch
            {
                "truncated_normal" or "normal" => VarianceScalingDistribution.TruncatedNormal,
                "untruncated_normal" => VarianceScalingDistribution.UntruncatedNormal,
                "uniform" => VarianceScalingDistribution.Uniform,
                _ => throw new InvalidDataException($"VarianceScaling: distribution must be truncated_normal, untruncated_normal or uniform, but was {distribution}."),
            },
            config.Seed());
    }

    /// <inheritdoc/>
    protected override void Generate(Span<float> values, TensorShape shape, RandomStream random) =>
        FanScaling.Fill(values, shape, random, Scale, Mode, Distribution);
}
