using CifarVision.Metrics;

namespace CifarVision.Training;

/// <summary>The result of a metric whose rows are spread over processes: the states of a metric are sums, so they are added.</summary>
internal static class MetricSum
{
    /// <summary>Returns the result over the rows of all processes. The metric keeps its own state. Every process must call it.</summary>
    /// <remarks>
    /// A process that has seen no row has no state, and takes the result from the others. Of a metric that offers no state at all, the plain
    /// mean of the processes' results is taken.
    /// </remarks>
    public static double ResultOver(this Metric metric, Distribution distribution)
    {
        if (distribution.Size == 1)
            return metric.Result();
        IReadOnlyDictionary<string, NDArray> own = metric.GetState();
        long ownLength = own.Values.Sum(array => (long)array.size);
        Span<double> known = [ownLength, own.Count > 0 ? 1 : 0];
        distribution.Sum(known);
        (double lengths, double holders) = (known[0], known[1]);
        var values = new double[holders == 0 ? 0 : (int)(lengths / holders)];
        Write(own, values);
        distribution.Sum(values);

        Span<double> result = [0];
        if (own.Count > 0)
        {
            metric.SetState(Read(own, values));
            result[0] = metric.Result();
            metric.SetState(own);
        }
        else if (holders == 0)
        {
            result[0] = metric.Result();
        }

        distribution.Sum(result);
        return result[0] / (holders == 0 ? distribution.Size : holders);
    }

    private static void Write(IReadOnlyDictionary<string, NDArray> state, Span<double> values)
    {
        foreach ((_, NDArray array) in state.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            double[] numbers = array.astype(typeof(double)).ToArray<double>();
            numbers.CopyTo(values);
            values = values[numbers.Length..];
        }
    }

    // The arrays of a state with other numbers.
    private static Dictionary<string, NDArray> Read(IReadOnlyDictionary<string, NDArray> state, double[] values)
    {
        var read = new Dictionary<string, NDArray>();
        int start = 0;
        foreach ((string name, NDArray array) in state.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            int length = checked((int)array.size);
            read[name] = np.array(values[start..(start + length)]).reshape(array.shape).astype(array.dtype);
            start += length;
        }

        return read;
    }
}
