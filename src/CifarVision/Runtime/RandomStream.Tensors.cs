namespace CifarVision.Runtime;

public sealed partial class RandomStream
{
    private const int ChunkWords = 4096;
    private const double Ulp53 = 1.0 / (1L << 53);

    /// <summary>Draws float32 numbers uniformly from [low, high).</summary>
    /// <param name="values">Filled in order.</param>
    /// <param name="low">The smallest number.</param>
    /// <param name="high">The bound above.</param>
    public void NextUniform(Span<float> values, double low = 0, double high = 1)
    {
        Span<ulong> words = stackalloc ulong[Math.Min(values.Length, ChunkWords)];
        float scale = (float)((high - low) / (1 << 24));
        float offset = (float)low;
        for (int at = 0; at < values.Length; at += ChunkWords)
        {
            Span<float> chunk = values[at..Math.Min(at + ChunkWords, values.Length)];
            NextBits(words[..chunk.Length]);
            for (int i = 0; i < chunk.Length; i++)
                chunk[i] = offset + (scale * (int)(words[i] >> 40));
        }
    }

    /// <summary>Draws float32 numbers from the normal distribution (Box-Muller).</summary>
    /// <param name="values">Filled in order.</param>
    /// <param name="mean">The distribution's mean.</param>
    /// <param name="standardDeviation">The distribution's standard deviation.</param>
    public void NextNormal(Span<float> values, double mean = 0, double standardDeviation = 1)
    {
        for (int i = 0; i < values.Length; i += 2)
        {
            (double first, double second) = NextNormalPair();
            values[i] = (float)(mean + (standardDeviation * first));
            if (i + 1 < values.Length)
                values[i + 1] = (float)(mean + (standardDeviation * second));
        }
    }

    /// <summary>Draws float32 numbers from the normal distribution cut at two standard deviations; what lies outside is drawn again.</summary>
    /// <param name="values">Filled in order.</param>
    /// <param name="mean">The mean of the distribution before the cut.</param>
    /// <param name="standardDeviation">The standard deviation before the cut; after it, 0.8796 of that remains.</param>
    public void NextTruncatedNormal(Span<float> values, double mean = 0, double standardDeviation = 1)
    {
        for (int i = 0; i < values.Length;)
        {
            (double first, double second) = NextNormalPair();
            if (Math.Abs(first) <= 2)
                values[i++] = (float)(mean + (standardDeviation * first));
            if (i < values.Length && Math.Abs(second) <= 2)
                values[i++] = (float)(mean + (standardDeviation * second));
        }
    }

    private (double First, double Second) NextNormalPair()
    {
        Span<ulong> words = stackalloc ulong[2];
        NextBits(words);
        double radius = Math.Sqrt(-2 * Math.Log(((words[0] >> 11) + 1) * Ulp53));
        (double sin, double cos) = Math.SinCos(2 * Math.PI * ((words[1] >> 11) * Ulp53));
        return (radius * cos, radius * sin);
    }
}
