namespace CifarVision.Datasets;

/// <summary>The weights with which the pixels along one axis of a picture contribute to each pixel of the resized picture.</summary>
internal sealed class AxisFilter
{
    private readonly int[] _first;
    private readonly float[][] _shares;

    /// <summary>Creates a filter from <paramref name="source"/> pixels to <paramref name="target"/> pixels: area averaging if the target is smaller, else bilinear.</summary>
    public AxisFilter(int source, int target)
    {
        _first = new int[target];
        _shares = new float[target][];
        for (int i = 0; i < target; i++)
            (_first[i], _shares[i]) = target <= source ? Cover(i, source, target) : Between(i, source, target);
    }

    /// <summary>The first source pixel that contributes to each target pixel.</summary>
    public int First(int target) => _first[target];

    /// <summary>The weights of the consecutive source pixels; their sum is 1.</summary>
    public ReadOnlySpan<float> Shares(int target) => _shares[target];

    // In units of 1/target of a source pixel all lengths are integers: a source pixel has length target, and a target pixel length source.
    private static (int First, float[] Shares) Cover(int index, int source, int target)
    {
        long start = (long)index * source;
        long end = start + source;
        int first = (int)(start / target);
        var shares = new float[(int)((end - 1) / target) - first + 1];
        for (int i = 0; i < shares.Length; i++)
        {
            long pixel = (long)(first + i) * target;
            shares[i] = (float)(Math.Min(end, pixel + target) - Math.Max(start, pixel)) / source;
        }

        return (first, shares);
    }

    // Beyond the outermost pixel centers, the outermost pixel is used.
    private static (int First, float[] Shares) Between(int index, int source, int target)
    {
        double center = Math.Clamp(((index + 0.5) * source / target) - 0.5, 0, source - 1);
        int first = (int)center;
        float share = (float)(center - first);
        return (first, share == 0 ? [1] : [1 - share, share]);
    }
}
