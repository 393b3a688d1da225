using System.Text.Json.Nodes;
using CifarVision.Runtime;
using CifarVision.Serialization;

namespace CifarVision.Layers;

/// <summary>In training adds random numbers from the normal distribution of mean 0; otherwise an identity. Any shape.</summary>
public sealed class GaussianNoise : Layer
{
    /// <summary>Creates the layer.</summary>
    /// <param name="stddev">The standard deviation of the noise, from 0 to 1.</param>
    /// <param name="seed">The seed of the random numbers; by default they follow <see cref="TorchRuntime.SetSeed"/>.</param>
    /// <param name="name">The name, unique in a model. Default <c>gaussian_noise</c>, numbered.</param>
    /// <exception cref="ArgumentOutOfRangeException">The standard deviation is outside 0 to 1.</exception>
    public GaussianNoise(double stddev, long? seed = null, string? name = null)
        : base(name, seed)
    {
        (Stddev, Seed) = (Require.Fraction(stddev, this), seed);
    }

    /// <summary>The standard deviation of the noise.</summary>
    public double Stddev { get; }

    /// <summary>The seed of the layer, or null.</summary>
    public long? Seed { get; }

    internal override bool IsIdentity => Stddev == 0;

    /// <inheritdoc/>
    protected override bool IsIdentityInInference => true;

    /// <inheritdoc/>
    public override TensorShape ComputeOutputShape(TensorShape inputShape) => inputShape;

    /// <inheritdoc/>
    public override JsonObject GetConfig()
    {
        JsonObject config = base.GetConfig();
        config["stddev"] = Stddev;
        config["seed"] = Seed;
        return config;
    }

    internal static GaussianNoise FromConfig(KerasConfig config) => new(config.Number("stddev"), config.Seed(), config.Name());

    /// <inheritdoc/>
    protected override Tensor ForwardCore(Tensor x, bool training) =>
        training && Stddev > 0 ? x.Add(Random.NextNormalOfRows(x.shape, 0, Stddev, x.device).to(x.dtype)) : x;
}
