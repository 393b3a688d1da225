using System.Runtime.InteropServices;
using CifarVision.Runtime;

namespace CifarVision.Plotting;

/// <summary>Converts arrays of images to tiles.</summary>
internal static class ImagePixels
{
    // The tolerance for rounding at the ends of 0..1.
    private const double Slack = 1e-3;

    /// <summary>Returns one tile per image.</summary>
    /// <exception cref="ArgumentException">The shape or type is not that of images, or floats are not from 0 to 1.</exception>
    public static Tile[] ToTiles(NDArray images)
    {
        if (images.ndim != 4 || images.size == 0 || images.shape[3] is not (1 or 3))
        {
            throw new ArgumentException(
                $"ImageGrid: images must be at least one image of shape (N, height, width, 1 or 3), but was {TensorShape.Format(images.shape)}.", nameof(images));
        }

        (int height, int width, int channels) = ((int)images.shape[1], (int)images.shape[2], (int)images.shape[3]);
        byte[] values = ToBytes(images);
        return [.. Enumerable.Range(0, (int)images.shape[0]).Select(i => ToTile(values.AsSpan(i * height * width * channels, height * width * channels), width, height, channels))];
    }

    private static Tile ToTile(ReadOnlySpan<byte> values, int width, int height, int channels)
    {
        var pixels = new byte[width * height * 4];
        for (int p = 0; p < width * height; p++)
        {
            for (int c = 0; c < 3; c++)
                pixels[(p * 4) + c] = values[(p * channels) + Math.Min(c, channels - 1)];
            pixels[(p * 4) + 3] = byte.MaxValue;
        }

        return new Tile(pixels, width, height);
    }

    private static byte[] ToBytes(NDArray images)
    {
        NDArray contiguous = np.ascontiguousarray(images);
        byte[] memory = ArrayConversion.Bytes(contiguous).ToArray();
        GC.KeepAlive(contiguous);
        if (images.typecode == NPTypeCode.Byte)
            return memory;
        double[] shares = images.typecode switch
        {
            NPTypeCode.Single => Array.ConvertAll(MemoryMarshal.Cast<byte, float>(memory).ToArray(), value => (double)value),
            NPTypeCode.Double => MemoryMarshal.Cast<byte, double>(memory).ToArray(),
            _ => throw new ArgumentException($"ImageGrid: images must be of type uint8, float32 or float64, but was {images.dtype.Name}. Convert them with astype.", nameof(images)),
        };
        int outside = Array.FindIndex(shares, share => share is not (>= -Slack and <= 1 + Slack));
        return outside < 0
            ? Array.ConvertAll(shares, share => (byte)Math.Round(Math.Clamp(share, 0, 1) * 255))
            : throw new ArgumentException(
                FormattableString.Invariant($"ImageGrid: images of floats must be from 0 to 1, but was {shares[outside]}. Undo their normalization, or pass uint8."), nameof(images));
    }
}
