using System.Text.Json.Nodes;
using CifarVision.Runtime;
using CifarVision.Serialization;

namespace CifarVision.Layers;

/// <summary>In training flips each image with probability 1/2; otherwise an identity. (N, H, W, C) -> (N, H, W, C).</summary>
/// <remarks>
/// With <see cref="FlipMode.HorizontalAndVertical"/> the two directions are drawn independently, so that all four variants occur; Keras 3 draws once and flips
/// both or neither.
/// </remarks>
public sealed class RandomFlip : Augmentation
{
    /// <summary>Creates the layer.</summary>
    /// <param name="mode">The directions. Default both; use <see cref="FlipMode.Horizontal"/> for photographs.</param>
    /// <param name="seed">The seed of the random numbers; by default they follow <see cref="TorchRuntime.SetSeed"/>.</param>
    /// <param name="name">The name, unique in a model. Default <c>random_flip</c>, numbered.</param>
    /// <exception cref="ArgumentOutOfRangeException">The mode is invalid.</exception>
    public RandomFlip(FlipMode mode = FlipMode.HorizontalAndVertical, long? seed = null, string? name = null)
        : base(name, seed)
    {
        Mode = Require.Defined(mode, this);
    }

    /// <summary>The directions in which images are flipped.</summary>
    public FlipMode Mode { get; }

    /// <inheritdoc/>
    public override JsonObject GetConfig()
    {
        JsonObject config = base.GetConfig();
        config["seed"] = Seed;
        config["mode"] = KerasNames.ToSnakeCase(Mode.ToString());
        return config;
    }

    internal static RandomFlip FromConfig(KerasConfig config) =>
        new(config.ChannelsLast().Choice("mode", FlipMode.HorizontalAndVertical), config.Seed(), config.Name());

    /// <inheritdoc/>
    protected override Tensor Augment(Tensor x)
    {
        if (Mode != FlipMode.Vertical)
            x = torch.where(Half(x), x.flip(2), x);
        if (Mode != FlipMode.Horizontal)
            x = torch.where(Half(x), x.flip(1), x);
        return x;
    }

    /// <summary>Draws the images to flip: (N, 1, 1, 1).</summary>
    private Tensor Half(Tensor x) => new FactorRange(-1, 1).DrawOfRows(Random, x.shape[0], x.device, rank: 4).IsLessThan(0);
}
