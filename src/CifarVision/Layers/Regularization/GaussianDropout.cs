using System.Text.Json.Nodes;
using CifarVision.Runtime;
using CifarVision.Serialization;

namespace CifarVision.Layers;

/// <summary>
/// In training multiplies by random numbers from the normal distribution of mean 1 and standard deviation sqrt(rate / (1 - rate)), that of the factors of a
/// <see cref="Dropout"/> of the same rate; otherwise an identity. Any shape.
/// </summary>
/// <remarks>Source: Srivastava et al., "Dropout: a simple way to prevent neural networks from overfitting", JMLR 15, 2014.</remarks>
public sealed class GaussianDropout : Layer
{
    /// <summary>Creates the layer.</summary>
    /// <param name="rate">The rate of the corresponding <see cref="Dropout"/>, at least 0 and less than 1.</param>
    /// <param name="seed">The seed of the random numbers; by default they follow <see cref="TorchRuntime.SetSeed"/>.</param>
    /// <param name="name">The name, unique in a model. Default <c>gaussian_dropout</c>, numbered.</param>
    /// <exception cref="ArgumentOutOfRangeException">The rate is less than 0, or 1 or more, where the standard deviation is infinite.</exception>
    public GaussianDropout(double rate, long? seed = null, string? name = null)
        : base(name, seed)
    {
        (Rate, Seed) = (Require.FractionBelowOne(rate, this), seed);
    }

    /// <summary>The rate of the corresponding <see cref="Dropout"/>.</summary>
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
        return config;
    }

    internal static GaussianDropout FromConfig(KerasConfig config) => new(config.Number("rate"), config.Seed(), config.Name());

    /// <inheritdoc/>
    protected override Tensor ForwardCore(Tensor x, bool training) =>
        training && Rate > 0 ? x * Random.NextNormalOfRows(x.shape, 1, Math.Sqrt(Rate / (1 - Rate)), x.device).to(x.dtype) : x;
}
