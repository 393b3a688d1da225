using System.Numerics;

namespace CifarVision.Layers;

/// <summary>The means of a number of rows and the sums of the squared deviations from them (Chan, Golub, LeVeque, 1979).</summary>
internal sealed class ChannelMoments(int width)
{
    private readonly double[] _means = new double[width];
    private readonly double[] _deviations = new double[width];
    private long _count;

    public void Add<T>(long count, T[] means, T[] deviations)
        where T : INumber<T>
    {
        for (int i = 0; i < _means.Length; i++)
            Add(i, count, double.CreateTruncating(means[i]), double.CreateTruncating(deviations[i]));
        _count += count;
    }

    public void Add(ChannelMoments other)
    {
        for (int i = 0; i < _means.Length; i++)
            Add(i, other._count, other._means[i], other._deviations[i]);
        _count += other._count;
    }

    public (double[] Means, double[] Deviations) OfChannels(int channels)
    {
        var all = new ChannelMoments(channels);
        for (int start = 0; start < _means.Length; start += channels)
        {
            for (int i = 0; i < channels; i++)
                all.Add(i, _count, _means[start + i], _deviations[start + i]);
            all._count += _count;
        }

        return (all._means, all._deviations);
    }

    private void Add(int i, long count, double mean, double deviations)
    {
        double share = (double)count / (_count + count);
        double difference = mean - _means[i];
        _means[i] += difference * share;
        _deviations[i] += deviations + (difference * difference * share * _count);
    }
}
