using System.Text.Json.Nodes;
using CifarVision.Runtime;
using CifarVision.Serialization;

namespace CifarVision.Layers;

/// <summary>
/// Spatial dropout: in training sets a random fraction of each image's channels to 0 and scales up the others, so that the mean is preserved; otherwise an
/// identity. For feature maps, whose adjacent values are too strongly correlated for <see cref="Dropout"/>. (N, H, W, C) -> (N, H, W, C).
/// </summary>
/// <remarks>Source: Tompson et al., "Efficient object localization using convolutional networks", CVPR 2015.</remarks>
public sealed class SpatialDropout2D : Layer
{
    /// <summary>Creates the layer.</summary>
    /// <param name="rate">The fraction of channels set to 0, from 0 to 1, rounded to a multiple of 1/65536.</param>
    /// <param name="seed">The seed of the random numbers; by default they follow <see cref="TorchRuntime.SetSeed"/>.</param>
    /// <param name="name">The name, unique in a model. Default <c>spatial_dropout2d</c>, numbered.</param>
    /// <exception cref="ArgumentOutOfRangeException">The rate is outside 0 to 1.</exception>
    public SpatialDropout2D(double rate, long? seed = null, string? name = null)
        : base(name, seed)
    {
        (Rate, Seed) = (Require.Fraction(rate, this), seed);
    }

    /// <summary>The fraction of channels set to 0.</summary>
    public double Rate { get; }

    /// <summary>The seed of the layer, or null.</summary>
    public long? Seed { get; }

    internal override bool IsIdentity => Rate == 0;

    /// <inheritdoc/>
    protected override bool IsIdentityInInference => true;

    /// <inheritdoc/>
    public override TensorShape ComputeOutputShape(TensorShape inputShape) => Augmentation.RequireImages(inputShape, nameof(SpatialDropout2D));

    /// <inheritdoc/>
    public override JsonObject GetConfig()
    {
        JsonObject config = base.GetConfig();
        // Keras' constructor does not accept trainable here, so Keras could not read a file that has it.
        config.Remove("trainable");
        config["rate"] = Rate;
        config["seed"] = Seed;
        config["data_format"] = "channels_last";
        return config;
    }

    internal static SpatialDropout2D FromConfig(KerasConfig config) => new(config.ChannelsLast().Number("rate"), config.Seed(), config.Name());

    /// <inheritdoc/>
    protected override Tensor ForwardCore(Tensor x, bool training) =>
        training && Rate > 0 ? Random.Drop(x, [x.shape[0], 1, 1, x.shape[3]], Rate) : x;
}
