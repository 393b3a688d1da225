using System.Numerics;

namespace CifarVision.Layers;

/// <summary>
/// The passes of batch normalization over values in memory as rows of channels, on the CPU. Torch's kernels add the values of a channel one by one, whose rounding
/// grows with their number; here the sums of short blocks are added in double precision. They depend neither on the number of threads nor on the processor's load.
/// </summary>
/// <typeparam name="T">The type of the values.</typeparam>
internal static unsafe class ChannelKernels<T>
    where T : unmanaged, INumber<T>
{
    /// <summary>Returns the mean of each channel and the sum of the squared deviations from it.</summary>
    public static (double[] Mean, double[] Deviations) Statistics(T* x, long samples, int channels)
    {
        ChannelRows rows = ChannelRows.Of(samples, channels);
        var parts = new ChannelMoments[rows.Parts];
        rows.ForEachPart((part, start, end) => parts[part] = StatisticsOfRows(x, start, end, rows.Width));
        ChannelMoments all = parts[0];
        foreach (ChannelMoments part in parts[1..])
            all.Add(part);
        return all.OfChannels(channels);
    }

    /// <summary>Computes <c>y = (x - center) * scale + shift</c>.</summary>
    public static void Normalize(T* x, T* y, long samples, T[] center, T[] scale, T[] shift)
    {
        ChannelRows rows = ChannelRows.Of(samples, center.Length);
        (T[] centers, T[] scales, T[] shifts) = (rows.Repeat(center), rows.Repeat(scale), rows.Repeat(shift));
        rows.ForEachPart((_, start, end) =>
        {
            fixed (T* c = centers, a = scales, b = shifts)
            {
                int width = rows.Width;
                int vectors = width - (width % Vector<T>.Count);
                for (long row = start; row < end; row++)
                {
                    T* from = x + (row * width);
                    T* to = y + (row * width);
                    int i = 0;
                    for (; i < vectors; i += Vector<T>.Count)
                        Vector.Store(((Vector.Load(from + i) - Vector.Load(c + i)) * Vector.Load(a + i)) + Vector.Load(b + i), to + i);
                    for (; i < width; i++)
                        to[i] = ((from[i] - c[i]) * a[i]) + b[i];
                }
            }
        });
    }

    /// <summary>Returns for each channel the sum of <c>dy</c> and the sum of <c>dy * (x - center)</c>.</summary>
    public static (double[] Sums, double[] Products) GradientSums(T* x, T* dy, long samples, T[] center)
    {
        ChannelRows rows = ChannelRows.Of(samples, center.Length);
        T[] centers = rows.Repeat(center);
        var parts = new (double[] Sums, double[] Products)[rows.Parts];
        rows.ForEachPart((part, start, end) => parts[part] = GradientSumsOfRows(x, dy, start, end, rows.Width, centers));
        var sums = new double[center.Length];
        var products = new double[center.Length];
        foreach ((double[] partSums, double[] partProducts) in parts)
        {
            for (int i = 0; i < rows.Width; i++)
            {
                sums[i % center.Length] += partSums[i];
                products[i % center.Length] += partProducts[i];
            }
        }

        return (sums, products);
    }

    /// <summary>Computes <c>dx = dy * scale + (x - center) * slope + shift</c>.</summary>
    public static void InputGradient(T* x, T* dy, T* dx, long samples, T[] center, T[] scale, T[] slope, T[] shift)
    {
        ChannelRows rows = ChannelRows.Of(samples, center.Length);
        (T[] centers, T[] scales, T[] slopes, T[] shifts) = (rows.Repeat(center), rows.Repeat(scale), rows.Repeat(slope), rows.Repeat(shift));
        rows.ForEachPart((_, start, end) =>
        {
            fixed (T* c = centers, a = scales, s = slopes, b = shifts)
            {
                int width = rows.Width;
                int vectors = width - (width % Vector<T>.Count);
                for (long row = start; row < end; row++)
                {
                    long offset = row * width;
                    int i = 0;
                    for (; i < vectors; i += Vector<T>.Count)
                    {
                        Vector<T> deviation = Vector.Load(x + offset + i) - Vector.Load(c + i);
                        Vector.Store((Vector.Load(dy + offset + i) * Vector.Load(a + i)) + ((deviation * Vector.Load(s + i)) + Vector.Load(b + i)), dx + offset + i);
                    }

                    for (; i < width; i++)
                        dx[offset + i] = (dy[offset + i] * a[i]) + (((x[offset + i] - c[i]) * s[i]) + b[i]);
                }
            }
        });
    }

    // Within a block that stays in the cache: the sums first, then the squared deviations from its own mean.
    private static ChannelMoments StatisticsOfRows(T* x, long start, long end, int width)
    {
        var moments = new ChannelMoments(width);
        var means = new T[width];
        var squares = new T[width];
        int vectors = width - (width % Vector<T>.Count);
        int most = ChannelRows.PerBlock(width);
        fixed (T* m = means, s = squares)
        {
            for (long first = start; first < end; first += most)
            {
                long last = Math.Min(first + most, end);
                Array.Clear(means);
                Array.Clear(squares);
                for (T* row = x + (first * width); row < x + (last * width); row += width)
                {
                    int i = 0;
                    for (; i < vectors; i += Vector<T>.Count)
                        Vector.Store(Vector.Load(m + i) + Vector.Load(row + i), m + i);
                    for (; i < width; i++)
                        m[i] += row[i];
                }

                T count = T.CreateTruncating(last - first);
                for (int i = 0; i < width; i++)
                    m[i] /= count;
                for (T* row = x + (first * width); row < x + (last * width); row += width)
                {
                    int i = 0;
                    for (; i < vectors; i += Vector<T>.Count)
                    {
                        Vector<T> deviation = Vector.Load(row + i) - Vector.Load(m + i);
                        Vector.Store(Vector.Load(s + i) + (deviation * deviation), s + i);
                    }

                    for (; i < width; i++)
                        s[i] += (row[i] - m[i]) * (row[i] - m[i]);
                }

                moments.Add(last - first, means, squares);
            }
        }

        return moments;
    }

    private static (double[] Sums, double[] Products) GradientSumsOfRows(T* x, T* dy, long start, long end, int width, T[] centers)
    {
        var sums = new double[width];
        var products = new double[width];
        var blockSums = new T[width];
        var blockProducts = new T[width];
        int vectors = width - (width % Vector<T>.Count);
        int most = ChannelRows.PerBlock(width);
        fixed (T* c = centers, s = blockSums, p = blockProducts)
        {
            for (long first = start; first < end; first += most)
            {
                long last = Math.Min(first + most, end);
                Array.Clear(blockSums);
                Array.Clear(blockProducts);
                for (long offset = first * width; offset < last * width; offset += width)
                {
                    int i = 0;
                    for (; i < vectors; i += Vector<T>.Count)
                    {
                        Vector<T> gradient = Vector.Load(dy + offset + i);
                        Vector.Store(Vector.Load(s + i) + gradient, s + i);
                        Vector.Store(Vector.Load(p + i) + (gradient * (Vector.Load(x + offset + i) - Vector.Load(c + i))), p + i);
                    }

                    for (; i < width; i++)
                    {
                        s[i] += dy[offset + i];
                        p[i] += dy[offset + i] * (x[offset + i] - c[i]);
                    }
                }

                for (int i = 0; i < width; i++)
                {
                    sums[i] += double.CreateTruncating(s[i]);
                    products[i] += double.CreateTruncating(p[i]);
                }
            }
        }

        return (sums, products);
    }
}
