using System.Text.Json.Nodes;
using CifarVision.Runtime;
using CifarVision.Serialization;

namespace CifarVision.Layers;

/// <summary>Dropout: in training sets a random fraction of the values to 0 and scales up the others, so that the mean is preserved; otherwise an identity. Any shape.</summary>
/// <remarks>Source: Srivastava et al., "Dropout: a simple way to prevent neural networks from overfitting", JMLR 15, 2014.</remarks>
public sealed class Dropout : Layer
{
    /// <summary>Creates the layer.</summary>
    /// <param name="rate">The fraction of values set to 0, from 0 to 1, rounded to a multiple of 1/65536.</param>
    /// <param name="seed">The seed of the random numbers; by default they follow <see cref="TorchRuntime.SetSeed"/>.</param>
    /// <param name="name">The name, unique in a model. Default <c>dropout</c>, numbered.</param>
    /// <exception cref="ArgumentOutOfRangeException">The rate is outside 0 to 1.</exception>
    public Dropout(double rate, long? seed = null, string? name = null)
        : base(name, seed)
    {
        (Rate, Seed) = (Require.Fraction(rate, this), seed);
    }

    /// <summary>The fraction of values set to 0.</summary>
    public double Rate { get; }

    /// <summary>The seed of the layer, or null.</summary>
    public long? Seed { get; }

    internal override bool IsIdentity => Rate == 0;

    /// <inheritdoc/>
    protected override bool IsIdentityInInference => true;

    /// <inheritdoc/>
    public override TensorShape ComputeOutputShape(TensorShape inputShape) => inputShape;

    /// <inheritdoc/>
    public override JsonObject GetConfig()
    {
        JsonObject config = base.GetConfig();
        config["rate"] = Rate;
        config["seed"] = Seed;
        config["noise_shape"] = null;
        return config;
    }

    internal static Dropout FromConfig(KerasConfig config) => new(config.OnlyNull("noise_shape").Number("rate"), config.Seed(), config.Name());

    /// <inheritdoc/>
    protected override Tensor ForwardCore(Tensor x, bool training) =>
        training && Rate > 0 ? Random.Drop(x, x.shape, Rate) : x;
}
