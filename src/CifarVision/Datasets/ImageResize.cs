using System.Numerics;
using CifarVision.Runtime;

namespace CifarVision.Datasets;

/// <summary>Resizes a picture.</summary>
internal static class ImageResize
{
    private const int SourceChannels = 4;

    /// <summary>Resizes a picture into the target, with transparent pixels over white.</summary>
    /// <param name="pixels">Height x width x (red, green, blue, alpha), the colors multiplied by alpha.</param>
    /// <param name="source">Height and width of the picture.</param>
    /// <param name="target">Height x width x (red, green, blue), or height x width of gray.</param>
    /// <param name="order">The size of the resized picture, and the position of each of its pixels.</param>
    public static void Stretch(ReadOnlySpan<byte> pixels, Size2D source, Span<byte> target, PixelOrder order)
    {
        var rows = new AxisFilter(source.Height, order.Size.Height);
        var columns = new AxisFilter(source.Width, order.Size.Width);
        int rowBytes = source.Width * SourceChannels;
        int channels = target.Length / (order.Size.Height * order.Size.Width);
        var row = new float[rowBytes];
        for (int y = 0; y < order.Size.Height; y++)
        {
            Array.Clear(row);
            ReadOnlySpan<float> shares = rows.Shares(y);
            for (int i = 0; i < shares.Length; i++)
                AddScaled(pixels.Slice((rows.First(y) + i) * rowBytes, rowBytes), shares[i], row);
            for (int x = 0; x < order.Size.Width; x++)
            {
                int place = order.First + (y * order.Down) + (x * order.Across);
                WriteOverWhite(row.AsSpan(columns.First(x) * SourceChannels), columns.Shares(x), target.Slice(place * channels, channels));
            }
        }
    }

    private static void AddScaled(ReadOnlySpan<byte> pixels, float share, Span<float> row)
    {
        int i = 0;
        for (; i <= pixels.Length - Vector<byte>.Count; i += Vector<byte>.Count)
        {
            Vector.Widen(new Vector<byte>(pixels[i..]), out Vector<ushort> low, out Vector<ushort> high);
            Vector.Widen(low, out Vector<uint> first, out Vector<uint> second);
            Vector.Widen(high, out Vector<uint> third, out Vector<uint> fourth);
            Span<float> part = row.Slice(i, Vector<byte>.Count);
            Add(first, part);
            Add(second, part[Vector<float>.Count..]);
            Add(third, part[(2 * Vector<float>.Count)..]);
            Add(fourth, part[(3 * Vector<float>.Count)..]);
        }

        for (; i < pixels.Length; i++)
            row[i] += share * pixels[i];

        void Add(Vector<uint> values, Span<float> sums) =>
            (new Vector<float>(sums) + (share * Vector.ConvertToSingle(Vector.AsVectorInt32(values)))).CopyTo(sums);
    }

    private static void WriteOverWhite(ReadOnlySpan<float> row, ReadOnlySpan<float> shares, Span<byte> target)
    {
        Vector4 pixel = default;
        for (int i = 0; i < shares.Length; i++)
            pixel += shares[i] * new Vector4(row.Slice(i * SourceChannels, SourceChannels));

        float white = byte.MaxValue - pixel.W;
        if (target.Length == 1)
        {
            // ITU-R BT.601, as Pillow and libjpeg make gray.
            target[0] = Round((0.299f * pixel.X) + (0.587f * pixel.Y) + (0.114f * pixel.Z) + white);
            return;
        }

        target[0] = Round(pixel.X + white);
        target[1] = Round(pixel.Y + white);
        target[2] = Round(pixel.Z + white);
    }

    private static byte Round(float value) => (byte)Math.Clamp(value + 0.5f, byte.MinValue, byte.MaxValue);
}
