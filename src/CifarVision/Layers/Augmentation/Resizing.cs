using System.Text.Json.Nodes;
using CifarVision.Runtime;
using CifarVision.Serialization;

namespace CifarVision.Layers;

/// <summary>Resizes images, in training and inference: (N, H, W, C) -> (N, height, width, C).</summary>
/// <remarks>
/// Pixels are squares with the value at the center, and each output pixel is interpolated between its neighbors, without antialiasing: an image that becomes
/// much smaller loses detail, unlike those of <c>ImageFile.Load</c>.
/// </remarks>
public sealed class Resizing : ImageSizing
{
    /// <summary>Creates the layer.</summary>
    /// <param name="height">The height of the output in pixels.</param>
    /// <param name="width">The width of the output in pixels.</param>
    /// <param name="interpolation">How to interpolate between pixels. Default <see cref="Interpolation.Bilinear"/>.</param>
    /// <param name="cropToAspectRatio">Whether to resize only the largest part in the middle of the image that has the aspect ratio of the output. Default false.</param>
    /// <param name="padToAspectRatio">Whether to pad the image on two sides to the aspect ratio of the output first. Default false.</param>
    /// <param name="fillValue">The value of the padding, in the unit of the pixels. Default 0.</param>
    /// <param name="name">The name, unique in a model. Default <c>resizing</c>, numbered.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is outside its range.</exception>
    /// <exception cref="ArgumentException">The image is to be both cropped and padded.</exception>
    public Resizing(
        int height,
        int width,
        Interpolation interpolation = Interpolation.Bilinear,
        bool cropToAspectRatio = false,
        bool padToAspectRatio = false,
        double fillValue = 0,
        string? name = null)
        : base(height, width, name)
    {
        if (cropToAspectRatio && padToAspectRatio)
            throw new ArgumentException("Resizing: cropToAspectRatio and padToAspectRatio must not both be true, but were. Choose one.", nameof(padToAspectRatio));
        (Interpolation, CropToAspectRatio, PadToAspectRatio, FillValue) = (Require.Defined(interpolation, this), cropToAspectRatio, padToAspectRatio, Require.Finite(fillValue, this));
    }

    /// <summary>How values between pixels are computed.</summary>
    public Interpolation Interpolation { get; }

    /// <summary>Whether only the largest part that has the aspect ratio of the output is resized.</summary>
    public bool CropToAspectRatio { get; }

    /// <summary>Whether the image is padded to the aspect ratio of the output.</summary>
    public bool PadToAspectRatio { get; }

    /// <summary>The value of the padding.</summary>
    public double FillValue { get; }

    /// <inheritdoc/>
    public override JsonObject GetConfig()
    {
        JsonObject config = base.GetConfig();
        config["interpolation"] = KerasNames.ToSnakeCase(Interpolation.ToString());
        config["crop_to_aspect_ratio"] = CropToAspectRatio;
        config["pad_to_aspect_ratio"] = PadToAspectRatio;
        config["fill_mode"] = "constant";
        config["fill_value"] = FillValue;
        return config;
    }

    internal static Resizing FromConfig(KerasConfig config) => new(
        config.ChannelsLast().Only("fill_mode", "constant").Only("antialias", false).Whole("height"),
        config.Whole("width"),
        config.Choice("interpolation", Interpolation.Bilinear),
        config.Flag("crop_to_aspect_ratio", false),
        config.Flag("pad_to_aspect_ratio", false),
        config.Number("fill_value", 0),
        config.Name());

    private protected override ImageResizing ResizingOf(TensorShape image, bool training)
    {
        if (PadToAspectRatio)
            return ImageResizing.Padded(image, Size, Interpolation, FillValue);
        return CropToAspectRatio ? ImageResizing.Cropped(image, Size, Interpolation) : ImageResizing.Stretched(image, Size, Interpolation);
    }
}
