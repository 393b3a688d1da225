using CifarVision.Runtime;
using F = TorchSharp.torch.nn.functional;

namespace CifarVision.Layers;

/// <summary>
/// Convolves narrow images side by side, as few wide images. AMX multiplies tiles of up to 32 pixels of one image row, so images of 8 pixels leave most of a
/// tile empty. A gap of zeros as wide as the padding keeps neighbors apart, so each image gets the values it would get alone. docs/performance.md has measurements.
/// </summary>
internal static class ImageRows
{
    // Measured: from this width on, rows are not faster.
    private const int Wide = 16;

    // Measured: longer rows are not faster.
    private const int LongestRow = 160;

    // Measured: with 64 channels and filters a ResNet-20 was not faster, and with 32 the copies take longer than the convolution saves.
    private const int LeastChannels = 128;

    /// <summary>Returns how many of the images (N, H, W, C) to place side by side for a convolution on the CPU; 1 where rows are not faster.</summary>
    public static int ImagesPerRow(Tensor images, Tensor kernel, Size2D strides, long[] padding, Size2D dilation, int groups)
    {
        bool keepsWidth = strides == 1 && padding[1] > 0 && 2 * padding[1] == (kernel.shape[1] - 1) * dilation.Width;
        bool isLarge = groups == 1 && Math.Min(kernel.shape[2], kernel.shape[3]) >= LeastChannels;
        if (!keepsWidth || !isLarge || images.dtype != ScalarType.BFloat16 || !TorchInstructions.OfThisProcess.OneDnnUsesAmx)
            return 1;
        return ImagesPerRow(images.shape[0], images.shape[2], padding[1], TorchRuntime.Threads);
    }

    /// <summary>Returns the largest power of two that divides the number of images, gives no row that is too long and leaves a row to each thread; 1 for wide images.</summary>
    /// <param name="images">The number of images.</param>
    /// <param name="width">The width of an image, in pixels.</param>
    /// <param name="gap">The width of the gap behind each image, in pixels.</param>
    /// <param name="threads">The number of threads.</param>
    public static int ImagesPerRow(long images, long width, long gap, int threads)
    {
        int count = 1;
        while (width < Wide && images % (2 * count) == 0 && 2 * count * (width + gap) <= LongestRow && images >= 2L * count * threads)
            count *= 2;
        return count;
    }

    /// <summary>Convolves (N, H, W, C) in rows of images: (N, H', W, filters).</summary>
    /// <param name="images">The images.</param>
    /// <param name="count">The number of images in a row, which divides N.</param>
    /// <param name="gap">The width of the gap behind each image: the horizontal padding of the convolution, whose output must be as wide as its input.</param>
    /// <param name="convolve">Convolves images of any width.</param>
    public static Tensor Convolve(Tensor images, int count, long gap, Func<Tensor, Tensor> convolve)
    {
        if (count == 1)
            return convolve(images);
        (long n, long height, long width, long channels) = (images.shape[0], images.shape[1], images.shape[2], images.shape[3]);
        Tensor rows = F.pad(images.reshape(n / count, count, height, width, channels).transpose(1, 2), [0, 0, 0, gap]);
        Tensor outputs = convolve(rows.flatten(2, 3));
        return outputs.unflatten(2, [count, width + gap]).narrow(3, 0, width).transpose(1, 2).flatten(0, 1).contiguous();
    }
}
