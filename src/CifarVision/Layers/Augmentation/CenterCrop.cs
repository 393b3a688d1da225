using CifarVision.Runtime;
using CifarVision.Serialization;

namespace CifarVision.Layers;

/// <summary>
/// Crops the middle of each image, in training and inference. Images that are too small are resized: the largest part in their middle that has the aspect ratio
/// of the output is interpolated bilinearly. (N, H, W, C) -> (N, height, width, C).
/// </summary>
/// <remarks>Of an odd number of rows or columns to remove, the larger half is at the bottom or right.</remarks>
public sealed class CenterCrop : ImageSizing
{
    /// <summary>Creates the layer.</summary>
    /// <param name="height">The height of the output in pixels.</param>
    /// <param name="width">The width of the output in pixels.</param>
    /// <param name="name">The name, unique in a model. Default <c>center_crop</c>, numbered.</param>
    /// <exception cref="ArgumentOutOfRangeException">The height or width is less than 1.</exception>
    public CenterCrop(int height, int width, string? name = null)
        : base(height, width, name)
    {
    }

    internal static CenterCrop FromConfig(KerasConfig config) => new(config.ChannelsLast().Whole("height"), config.Whole("width"), config.Name());

    private protected override ImageResizing ResizingOf(TensorShape image, bool training) => image[0] >= Height && image[1] >= Width
        ? new ImageResizing(AxisResizing.Middle(image[0], Height, Height), AxisResizing.Middle(image[1], Width, Width))
        : ImageResizing.Cropped(image, Size);
}
