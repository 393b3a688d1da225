using CifarVision.Layers;

namespace CifarVision.Tests.Testing;

/// <summary>What reading images between pixels means, in plain loops over plain arrays.</summary>
internal static class NaiveImages
{
    /// <summary>The value of channel <paramref name="c"/> at a place of image <paramref name="n"/> of (N, H, W, C).</summary>
    public static double Read(float[,,,] images, int n, double row, double column, int c, FillMode fillMode, double fillValue, Interpolation interpolation)
    {
        if (interpolation == Interpolation.Nearest)
            return Pixel((int)Math.Round(row), (int)Math.Round(column));
        int top = (int)Math.Floor(row);
        int left = (int)Math.Floor(column);
        double down = row - top;
        double across = column - left;
        return (Pixel(top, left) * (1 - down) * (1 - across))
            + (Pixel(top, left + 1) * (1 - down) * across)
            + (Pixel(top + 1, left) * down * (1 - across))
            + (Pixel(top + 1, left + 1) * down * across);

        double Pixel(int y, int x)
        {
            int? insideY = Inside(y, images.GetLength(1), fillMode);
            int? insideX = Inside(x, images.GetLength(2), fillMode);
            return insideY is { } iy && insideX is { } ix ? images[n, iy, ix, c] : fillValue;
        }
    }

    /// <summary>Images whose values all differ: a place read wrongly shows.</summary>
    public static float[,,,] Different(int count, int height, int width, int channels)
    {
        var images = new float[count, height, width, channels];
        int value = 0;
        foreach ((int n, int row, int column, int c) in Places(images))
            images[n, row, column, c] = ((value++ * 37) % 101) / 100f;
        return images;
    }

    /// <summary>The indices of all values of (N, H, W, C), in order.</summary>
    public static IEnumerable<(int N, int Row, int Column, int C)> Places(float[,,,] images) =>
        from n in Enumerable.Range(0, images.GetLength(0))
        from row in Enumerable.Range(0, images.GetLength(1))
        from column in Enumerable.Range(0, images.GetLength(2))
        from c in Enumerable.Range(0, images.GetLength(3))
        select (n, row, column, c);

    // Walks step by step, as the drawing in FillMode shows it.
    private static int? Inside(int place, int length, FillMode fillMode)
    {
        switch (fillMode)
        {
            case FillMode.Nearest:
                return Math.Clamp(place, 0, length - 1);
            case FillMode.Wrap:
                while (place < 0)
                    place += length;
                return place % length;
            case FillMode.Reflect:
                while (place < 0 || place >= length)
                    place = place < 0 ? -1 - place : (2 * length) - 1 - place;
                return place;
            default:
                return place >= 0 && place < length ? place : null;
        }
    }
}
