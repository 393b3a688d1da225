using CifarVision.Runtime;

namespace CifarVision.Datasets;

/// <summary>
/// Drawn 32 x 32 colour images of ten classes, six shapes and four textures, each of random colours, place, size, turn and noise: something
/// to train on with no download. A linear model gets about a third of them right, LeNet nearly all.
/// </summary>
public sealed class SyntheticImages
{
    private const int Side = 32;
    private const int PixelBytes = Side * Side * 3;

    private SyntheticImages(ImageDataset train, ImageDataset test) => (Train, Test) = (train, test);

    /// <summary>The images to train on, classes mixed.</summary>
    public ImageDataset Train { get; }

    /// <summary>The images to test with, from random numbers of their own.</summary>
    public ImageDataset Test { get; }

    /// <summary>The names of the classes, in the order of their labels.</summary>
    public IReadOnlyList<string> ClassNames { get; } =
        ["disc", "ring", "square", "triangle", "cross", "star", "horizontal stripes", "vertical stripes", "checkerboard", "dots"];

    /// <summary>Draws the images; the same seed gives the same ones, and fewer of them are the first of more.</summary>
    /// <param name="train">How many to train on, at least 1. Default 5,000.</param>
    /// <param name="test">How many to test with, at least 1. Default 1,000.</param>
    /// <param name="seed">Any number. Default 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">A count is under 1.</exception>
    public static SyntheticImages Create(int train = 5000, int test = 1000, long seed = 1) =>
        new(Draw(train, new RandomStream(seed, "synthetic images, train"), nameof(train)), Draw(test, new RandomStream(seed, "synthetic images, test"), nameof(test)));

    private static ImageDataset Draw(int count, RandomStream random, string argument)
    {
        if (count < 1)
            throw new ArgumentOutOfRangeException(argument, $"SyntheticImages: {argument} must be at least 1, but was {count}.");
        var painter = new ShapePainter(random, Side);
        var pixels = new byte[(long)count * PixelBytes];
        var labels = new byte[count];
        for (int i = 0; i < count; i++)
        {
            labels[i] = (byte)random.NextInt32(ShapePainter.ClassCount);
            painter.Paint(labels[i], pixels.AsSpan(i * PixelBytes, PixelBytes));
        }

        return new ImageDataset(np.array(pixels).reshape(count, Side, Side, 3), np.array(labels), ShapePainter.ClassCount);
    }
}
