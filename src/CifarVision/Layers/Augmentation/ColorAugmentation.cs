using System.Text.Json.Nodes;
using CifarVision.Runtime;

namespace CifarVision.Layers;

/// <summary>The base of <see cref="RandomBrightness"/> and <see cref="RandomContrast"/>, which change the values of pixels and clip them to a range.</summary>
public abstract class ColorAugmentation : Augmentation
{
    private protected ColorAugmentation(FactorRange factor, (double Low, double High)? valueRange, string? name, long? seed)
        : base(name, seed) => (Factor, ValueRange) = (factor, RequireValueRange(valueRange ?? (0, 255), GetType().Name));

    /// <summary>The range of the random factor.</summary>
    public FactorRange Factor { get; }

    /// <summary>The range of pixel values, to which the output is clipped.</summary>
    public (double Low, double High) ValueRange { get; }

    /// <inheritdoc/>
    public override JsonObject GetConfig()
    {
        JsonObject config = base.GetConfig();
        config["factor"] = Factor.ToKeras();
        config["value_range"] = new JsonArray(ValueRange.Low, ValueRange.High);
        config["seed"] = Seed;
        return config;
    }

    /// <inheritdoc/>
    protected sealed override Tensor Augment(Tensor x) => Adjust(x).Clamp(ValueRange.Low, ValueRange.High);

    /// <summary>Changes the values of the images of a training batch.</summary>
    private protected abstract Tensor Adjust(Tensor x);
}
