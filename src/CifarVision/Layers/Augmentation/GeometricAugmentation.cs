using System.Text.Json.Nodes;
using CifarVision.Runtime;
using CifarVision.Serialization;

namespace CifarVision.Layers;

/// <summary>The base of <see cref="RandomRotation"/>, <see cref="RandomTranslation"/> and <see cref="RandomZoom"/>, which move the pixels of images and fill the area outside.</summary>
public abstract class GeometricAugmentation : Augmentation
{
    private protected GeometricAugmentation(FillMode fillMode, Interpolation interpolation, double fillValue, string? name, long? seed)
        : base(name, seed)
    {
        (FillMode, Interpolation, FillValue) = (Require.Defined(fillMode, this), Require.Defined(interpolation, this), Require.Finite(fillValue, this));
    }

    /// <summary>How the area outside the image is filled.</summary>
    public FillMode FillMode { get; }

    /// <summary>How values between pixels are computed.</summary>
    public Interpolation Interpolation { get; }

    /// <summary>The fill value with <see cref="FillMode.Constant"/>.</summary>
    public double FillValue { get; }

    /// <inheritdoc/>
    public override JsonObject GetConfig()
    {
        JsonObject config = base.GetConfig();
        config["data_format"] = "channels_last";
        AddFactors(config);
        config["fill_mode"] = KerasNames.ToSnakeCase(FillMode.ToString());
        config["interpolation"] = KerasNames.ToSnakeCase(Interpolation.ToString());
        config["seed"] = Seed;
        config["fill_value"] = FillValue;
        return config;
    }

    /// <summary>Adds the factors to a config, at the position of Keras' keys.</summary>
    private protected abstract void AddFactors(JsonObject config);
}
