using CifarVision.Runtime;

namespace CifarVision.Datasets;

/// <summary>
/// Synthetic images of ten classes with the shape of CIFAR-10, to try a model, a recipe or an installation without a download. Five classes are single shapes and
/// five are patterns. Colors, position, size, angle and noise are random, so that only the form determines the class: a linear model stays near chance, LeNet
/// exceeds 95 % within ten epochs.
/// </summary>
public sealed class SyntheticImages
{
    private static readonly SyntheticForm[] Forms = Enum.GetValues<SyntheticForm>();

    private SyntheticImages(ImageDataset train, ImageDataset test)
    {
        Train = train;
        Test = test;
    }

    /// <summary>The training images, (N, 32, 32, 3).</summary>
    public ImageDataset Train { get; }

    /// <summary>The test images, (N, 32, 32, 3), drawn from other random numbers than the training images.</summary>
    public ImageDataset Test { get; }

    /// <summary>
    /// The names of the classes 0 to 9: disc, ring, square, triangle, cross, horizontal stripes, vertical stripes, diagonal stripes,
    /// checkerboard, dots.
    /// </summary>
    public IReadOnlyList<string> ClassNames { get; } = Array.ConvertAll(Forms, SyntheticForms.Name);

    /// <summary>
    /// Draws the images. The same seed gives the same images, and a larger set starts with the smaller one. Every group of ten consecutive images, from the first on,
    /// contains each class once.
    /// </summary>
    /// <param name="train">The number of training images, at least 1. Default 5000.</param>
    /// <param name="test">The number of test images, at least 1. Default 1000.</param>
    /// <param name="seed">Any number. Default 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">A count is less than 1.</exception>
    public static SyntheticImages Create(int train = 5000, int test = 1000, long seed = 1)
    {
        RequireCount(train, nameof(train));
        RequireCount(test, nameof(test));
        return new SyntheticImages(Draw(train, seed, "train"), Draw(test, seed, "test"));
    }

    private static void RequireCount(int count, string argument)
    {
        if (count < 1)
            throw new ArgumentOutOfRangeException(argument, FormattableString.Invariant($"SyntheticImages: {argument} must be at least 1, but was {count}."));
    }

    private static ImageDataset Draw(int count, long seed, string part)
    {
        NDArray images = ImageMemory.Empty(count, SyntheticPainter.Side, SyntheticPainter.Side, SyntheticPainter.Channels);
        byte[] labels = Classes(count, seed, part);
        Parallel.For(
            0,
            count,
            () => new SyntheticPainter(new RandomStream(seed, $"synthetic_images/{part}")),
            (i, _, painter) =>
            {
                painter.Paint(i, Forms[labels[i]], ArrayConversion.Bytes(images).Slice(i * SyntheticPainter.ImageBytes, SyntheticPainter.ImageBytes));
                return painter;
            },
            _ => { });
        return new ImageDataset(images, np.array(labels), Forms.Length);
    }

    // Each group of ten has its own order, so that any part of the set is balanced.
    private static byte[] Classes(int count, long seed, string part)
    {
        var random = new RandomStream(seed, $"synthetic_images/{part}/classes");
        var labels = new byte[count];
        for (int start = 0; start < count; start += Forms.Length)
        {
            int[] order = random.Permutation(Forms.Length);
            for (int i = start; i < Math.Min(start + Forms.Length, count); i++)
                labels[i] = (byte)order[i - start];
        }

        return labels;
    }
}
