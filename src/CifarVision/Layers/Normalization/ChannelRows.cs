namespace CifarVision.Layers;

/// <summary>How the values are divided: rows of a few samples, so that vectors fill them, in parts that threads take.</summary>
internal readonly record struct ChannelRows(long Count, int Width, int Samples, int Parts)
{
    // Enough values that starting another thread pays.
    private const long ValuesPerPart = 32_768;
    private const int MostParts = 64;

    public static ChannelRows Of(long samples, int channels)
    {
        int perRow = 1;
        while (channels * perRow < 128 && samples % (2L * perRow) == 0)
            perRow *= 2;
        long rows = samples / perRow;
        long parts = Math.Clamp(samples * channels / ValuesPerPart, 1, Math.Min(MostParts, rows));
        return new ChannelRows(rows, channels * perRow, perRow, (int)parts);
    }

    // A quarter of a megabyte in float64; sums of at most 128 values.
    public static int PerBlock(int width) => Math.Clamp(32_768 / width, 16, 128);

    public T[] Repeat<T>(T[] values)
    {
        var repeated = new T[Width];
        for (int i = 0; i < Samples; i++)
            values.CopyTo(repeated, i * values.Length);
        return repeated;
    }

    public void ForEachPart(Action<int, long, long> action)
    {
        (long count, int parts) = (Count, Parts);
        if (parts == 1)
        {
            action(0, 0, count);
            return;
        }

        Parallel.For(0, parts, new ParallelOptions { MaxDegreeOfParallelism = torch.get_num_threads() }, part => action(part, count * part / parts, count * (part + 1) / parts));
    }
}
