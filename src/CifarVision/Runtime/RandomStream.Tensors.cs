namespace CifarVision.Runtime;

public sealed partial class RandomStream
{
    private const int ChunkWords = 1024;
    private const double Ulp53 = 1.0 / (1L << 53);

    /// <summary>Draws float32 numbers uniformly from [low, high).</summary>
    /// <param name="values">Filled in order.</param>
    /// <param name="low">The smallest number. Default 0.</param>
    /// <param name="high">The bound above; at least <paramref name="low"/>. Default 1.</param>
    /// <exception cref="ArgumentException"><paramref name="high"/> is less than <paramref name="low"/>, or one is not finite.</exception>
    public void NextUniform(Span<float> values, double low = 0, double high = 1)
    {
        (float offset, float scale, float largest) = UniformRange(low, high);
        Span<ulong> words = stackalloc ulong[Math.Min(values.Length, ChunkWords)];
        while (!values.IsEmpty)
        {
            words = words[..Math.Min(values.Length, ChunkWords)];
            NextBits(words);
            for (int i = 0; i < words.Length; i++)
                values[i] = Math.Min(offset + (scale * (int)(words[i] >> 40)), largest);
            values = values[words.Length..];
        }
    }

    /// <summary>Draws float32 numbers from the normal distribution (Box-Muller).</summary>
    /// <param name="values">Filled in order.</param>
    /// <param name="mean">The distribution's mean. Default 0.</param>
    /// <param name="standardDeviation">The distribution's standard deviation. Default 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The standard deviation is negative or not finite.</exception>
    public void NextNormal(Span<float> values, double mean = 0, double standardDeviation = 1)
    {
        RequireDeviation(standardDeviation);
        Span<ulong> words = stackalloc ulong[ChunkWords];
        while (!values.IsEmpty)
        {
            words = words[..EvenChunk(values.Length)];
            NextBits(words);
            for (int i = 0; i < words.Length; i += 2)
            {
                (double first, double second) = NormalPair(words[i], words[i + 1]);
                values[i] = (float)(mean + (standardDeviation * first));
                if (i + 1 < values.Length)
                    values[i + 1] = (float)(mean + (standardDeviation * second));
            }

            values = values[Math.Min(words.Length, values.Length)..];
        }
    }

    /// <summary>Draws float32 numbers from the normal distribution cut at two standard deviations; what lies outside is drawn again.</summary>
    /// <param name="values">Filled in order.</param>
    /// <param name="mean">The mean of the distribution before the cut. Default 0.</param>
    /// <param name="standardDeviation">The standard deviation before the cut, default 1; after it, 0.8796 of that remains.</param>
    /// <exception cref="ArgumentOutOfRangeException">The standard deviation is negative or not finite.</exception>
    public void NextTruncatedNormal(Span<float> values, double mean = 0, double standardDeviation = 1)
    {
        RequireDeviation(standardDeviation);
        Span<ulong> words = stackalloc ulong[ChunkWords];
        while (!values.IsEmpty)
        {
            words = words[..EvenChunk(values.Length)];
            NextBits(words);
            int filled = 0;
            for (int i = 0; i < words.Length; i += 2)
            {
                (double first, double second) = NormalPair(words[i], words[i + 1]);
                if (Math.Abs(first) <= 2)
                    values[filled++] = (float)(mean + (standardDeviation * first));
                if (Math.Abs(second) <= 2 && filled < values.Length)
                    values[filled++] = (float)(mean + (standardDeviation * second));
            }

            values = values[filled..];
        }
    }

    private static (float Offset, float Scale, float Largest) UniformRange(double low, double high)
    {
        if (!double.IsFinite(low) || !double.IsFinite(high) || high < low)
            throw new ArgumentException(FormattableString.Invariant($"RandomStream: low and high must be finite and in this order, but was {low} and {high}."));
        float offset = (float)low;
        // The sum may be rounded up to the bound, which must not be drawn.
        return (offset, (float)((high - low) / (1 << 24)), Math.Max(offset, MathF.BitDecrement((float)high)));
    }

    private static (double First, double Second) NormalPair(ulong first, ulong second)
    {
        double radius = Math.Sqrt(-2 * Math.Log(((first >> 11) + 1) * Ulp53));
        (double sin, double cos) = Math.SinCos(2 * Math.PI * ((second >> 11) * Ulp53));
        return (radius * cos, radius * sin);
    }

    // Numbers come in pairs.
    private static int EvenChunk(int count) => Math.Min(count + (count & 1), ChunkWords);

    private static void RequireDeviation(double standardDeviation)
    {
        if (!double.IsFinite(standardDeviation) || standardDeviation < 0)
        {
            throw new ArgumentOutOfRangeException(
                nameof(standardDeviation), FormattableString.Invariant($"RandomStream: standardDeviation must be finite and at least 0, but was {standardDeviation}."));
        }
    }
}
