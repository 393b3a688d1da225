using System.Text.Json.Nodes;
using CifarVision.Runtime;
using CifarVision.Serialization;

namespace CifarVision.Layers;

/// <summary>
/// Stochastic depth: in training sets a random fraction of the samples to 0 and scales up the others, so that the mean is preserved; otherwise an identity.
/// Before an <see cref="Add"/> with a shortcut it drops the whole path for these samples. Any shape. Keras has it in <c>keras.applications.convnext</c> only.
/// </summary>
/// <remarks>Source: Huang et al., "Deep networks with stochastic depth", ECCV 2016.</remarks>
public sealed class StochasticDepth : Layer
{
    /// <summary>Creates the layer. Its random numbers follow <see cref="TorchRuntime.SetSeed"/>.</summary>
    /// <param name="dropPathRate">The fraction of samples set to 0, from 0 to 1, rounded to a multiple of 1/65536.</param>
    /// <param name="name">The name, unique in a model. Default <c>stochastic_depth</c>, numbered.</param>
    /// <exception cref="ArgumentOutOfRangeException">The rate is outside 0 to 1.</exception>
    public StochasticDepth(double dropPathRate, string? name = null)
        : base(name) => DropPathRate = Require.Fraction(dropPathRate, this);

    /// <summary>The fraction of samples set to 0.</summary>
    public double DropPathRate { get; }

    internal override bool IsIdentity => DropPathRate == 0;

    /// <inheritdoc/>
    protected override bool IsIdentityInInference => true;

    /// <inheritdoc/>
    public override TensorShape ComputeOutputShape(TensorShape inputShape) => inputShape;

    /// <inheritdoc/>
    public override JsonObject GetConfig()
    {
        JsonObject config = base.GetConfig();
        config["drop_path_rate"] = DropPathRate;
        return config;
    }

    internal static StochasticDepth FromConfig(KerasConfig config) => new(config.Number("drop_path_rate"), config.Name());

    /// <inheritdoc/>
    protected override Tensor ForwardCore(Tensor x, bool training) =>
        training && DropPathRate > 0 ? Random.Drop(x, [x.shape[0], .. Enumerable.Repeat(1L, (int)x.dim() - 1)], DropPathRate) : x;
}
