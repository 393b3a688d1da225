using System.Text.Json.Nodes;
using CifarVision.Runtime;
using CifarVision.Serialization;

namespace CifarVision.Layers;

/// <summary>
/// In training crops all images of a batch at one random place; in inference resizes the largest part in the middle of each image that has the aspect ratio of
/// the output. (N, H, W, C) -> (N, height, width, C).
/// </summary>
/// <remarks>
/// Only images that are higher and wider than the output are cropped at random. Of others the middle is cropped, and resized bilinearly if it is too small.
/// For inference Keras 3.15 documents what this layer does, but returns images uncropped.
/// </remarks>
public sealed class RandomCrop : ImageSizing
{
    /// <summary>Creates the layer.</summary>
    /// <param name="height">The height of the output in pixels.</param>
    /// <param name="width">The width of the output in pixels.</param>
    /// <param name="seed">The seed of the random numbers; by default they follow <see cref="TorchRuntime.SetSeed"/>.</param>
    /// <param name="name">The name, unique in a model. Default <c>random_crop</c>, numbered.</param>
    /// <exception cref="ArgumentOutOfRangeException">The height or width is less than 1.</exception>
    public RandomCrop(int height, int width, long? seed = null, string? name = null)
        : base(height, width, name, seed) => Seed = seed;

    /// <summary>The seed of the layer, or null.</summary>
    public long? Seed { get; }

    /// <inheritdoc/>
    public override JsonObject GetConfig()
    {
        JsonObject config = base.GetConfig();
        config["seed"] = Seed;
        return config;
    }

    internal static RandomCrop FromConfig(KerasConfig config) => new(config.ChannelsLast().Whole("height"), config.Whole("width"), config.Seed(), config.Name());

    private protected override ImageResizing ResizingOf(TensorShape image, bool training)
    {
        ImageResizing middle = ImageResizing.Cropped(image, Size);
        if (!training)
            return middle;
        return image[0] > Height && image[1] > Width
            ? new ImageResizing(Anywhere(image[0], Height), Anywhere(image[1], Width))
            : new ImageResizing(Rest(middle.Rows), Rest(middle.Columns));
    }

    // The place is one for the whole batch, so several processes that share a batch draw the same.
    private AxisResizing Anywhere(long length, long target) => new(length, Random.NextInt32((int)(length - target + 1)), target, target);

    // As in Keras: where the part of the right aspect ratio begins, but as large as the output if the image is.
    private static AxisResizing Rest(AxisResizing middle) => middle with { Window = Math.Min(middle.Target, middle.Length - middle.Start) };
}
