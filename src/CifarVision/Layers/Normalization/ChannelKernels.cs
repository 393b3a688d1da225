using System.Numerics;

namespace CifarVision.Layers;

/// <summary>
/// The passes of batch normalization over float32 values in memory, (samples, channels), on the CPU. Torch's kernels add the values of a channel in float32,
/// whose rounding grows with their number; these add in float64. The results do not depend on the number of threads.
/// </summary>
internal static unsafe class ChannelKernels
{
    // Enough values to pay for starting another thread.
    private const long ValuesPerPart = 32_768;
    private const int MostParts = 64;

    private const int ValuesPerBlock = 4096;

    // Rows of several samples, so that vectors fill them.
    private const int LeastWidth = 128;

    /// <summary>Returns for each channel the sum of <c>a</c> and the sum of <c>a * b</c>.</summary>
    public static (double[] Sums, double[] Products) Sums(float* a, float* b, long count, int channels)
    {
        int width = Width(count, channels);
        var parts = new double[Parts(count, width)][];
        ForEachPart(count, width, (part, start, end) => parts[part] = SumsOfRows(a + start, b + start, end - start, width));
        var sums = new double[channels];
        var products = new double[channels];
        foreach (double[] part in parts)
        {
            for (int start = 0; start < width; start += channels)
            {
                for (int i = 0; i < channels; i++)
                {
                    sums[i] += part[start + i];
                    products[i] += part[width + start + i];
                }
            }
        }

        return (sums, products);
    }

    /// <summary>Computes <c>y = (x - center) * slope + shift</c>.</summary>
    public static void Scale(float* x, float* y, long count, float[] center, float[] slope, float[] shift)
    {
        int width = Width(count, center.Length);
        (float[] centers, float[] slopes, float[] shifts) = (Repeat(center, width), Repeat(slope, width), Repeat(shift, width));
        int vectors = width - (width % Vector<float>.Count);
        ForEachPart(count, width, (_, start, end) =>
        {
            fixed (float* c = centers, s = slopes, b = shifts)
            {
                for (long row = start; row < end; row += width)
                {
                    float* from = x + row;
                    float* to = y + row;
                    for (int i = 0; i < vectors; i += Vector<float>.Count)
                        Vector.Store(((Vector.Load(from + i) - Vector.Load(c + i)) * Vector.Load(s + i)) + Vector.Load(b + i), to + i);
                    for (int i = vectors; i < width; i++)
                        to[i] = ((from[i] - c[i]) * s[i]) + b[i];
                }
            }
        });
    }

    /// <summary>Computes <c>dx = dy * scale + (x - center) * slope + shift</c>.</summary>
    public static void InputGradient(float* x, float* dy, float* dx, long count, float[] scale, float[] center, float[] slope, float[] shift)
    {
        int width = Width(count, center.Length);
        (float[] scales, float[] centers, float[] slopes, float[] shifts) = (Repeat(scale, width), Repeat(center, width), Repeat(slope, width), Repeat(shift, width));
        int vectors = width - (width % Vector<float>.Count);
        ForEachPart(count, width, (_, start, end) =>
        {
            fixed (float* a = scales, c = centers, s = slopes, b = shifts)
            {
                for (long row = start; row < end; row += width)
                {
                    float* from = x + row;
                    float* gradient = dy + row;
                    float* to = dx + row;
                    for (int i = 0; i < vectors; i += Vector<float>.Count)
                    {
                        Vector<float> line = ((Vector.Load(from + i) - Vector.Load(c + i)) * Vector.Load(s + i)) + Vector.Load(b + i);
                        Vector.Store((Vector.Load(gradient + i) * Vector.Load(a + i)) + line, to + i);
                    }

                    for (int i = vectors; i < width; i++)
                        to[i] = (gradient[i] * a[i]) + (((from[i] - c[i]) * s[i]) + b[i]);
                }
            }
        });
    }

    // The sums of a, then those of a * b, which float64 holds exactly. A few rows at a time, so that they stay in the cache while the sums stay in registers.
    private static double[] SumsOfRows(float* a, float* b, long count, int width)
    {
        var totals = new double[2 * width];
        int vectors = width - (width % Vector<float>.Count);
        long most = Math.Max(1, ValuesPerBlock / width) * width;
        fixed (double* sums = totals)
        {
            double* products = sums + width;
            for (long start = 0; start < count; start += most)
            {
                long end = Math.Min(start + most, count);
                for (int i = 0; i < vectors; i += Vector<float>.Count)
                    AddColumns(a + i, b + i, start, end, width, sums + i, products + i);
                for (int i = vectors; i < width; i++)
                {
                    for (long row = start; row < end; row += width)
                    {
                        sums[i] += a[row + i];
                        products[i] += (double)a[row + i] * b[row + i];
                    }
                }
            }
        }

        return totals;
    }

    private static void AddColumns(float* a, float* b, long start, long end, int width, double* sums, double* products)
    {
        (Vector<double> sum0, Vector<double> sum1) = (Vector.Load(sums), Vector.Load(sums + Vector<double>.Count));
        (Vector<double> product0, Vector<double> product1) = (Vector.Load(products), Vector.Load(products + Vector<double>.Count));
        for (long row = start; row < end; row += width)
        {
            Vector.Widen(Vector.Load(a + row), out Vector<double> a0, out Vector<double> a1);
            Vector.Widen(Vector.Load(b + row), out Vector<double> b0, out Vector<double> b1);
            sum0 += a0;
            sum1 += a1;
            product0 = Vector.MultiplyAddEstimate(a0, b0, product0);
            product1 = Vector.MultiplyAddEstimate(a1, b1, product1);
        }

        Vector.Store(sum0, sums);
        Vector.Store(sum1, sums + Vector<double>.Count);
        Vector.Store(product0, products);
        Vector.Store(product1, products + Vector<double>.Count);
    }

    private static int Width(long count, int channels)
    {
        int width = channels;
        while (width < LeastWidth && count % (2L * width) == 0)
            width *= 2;
        return width;
    }

    private static int Parts(long count, int width) => (int)Math.Clamp(count / ValuesPerPart, 1, Math.Min(MostParts, count / width));

    private static float[] Repeat(float[] values, int width)
    {
        var repeated = new float[width];
        for (int start = 0; start < width; start += values.Length)
            values.CopyTo(repeated, start);
        return repeated;
    }

    // Calls the action with the number of each part, and where its values start and end.
    private static void ForEachPart(long count, int width, Action<int, long, long> action)
    {
        int parts = Parts(count, width);
        long rows = count / width;
        if (parts == 1)
            action(0, 0, count);
        else
            Parallel.For(0, parts, new ParallelOptions { MaxDegreeOfParallelism = torch.get_num_threads() }, part => action(part, rows * part / parts * width, rows * (part + 1) / parts * width));
    }
}
