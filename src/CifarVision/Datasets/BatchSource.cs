namespace CifarVision.Datasets;

/// <summary>What a model trains on or judges: inputs, truth and perhaps weights, row by row, and how they become tensors.</summary>
/// <param name="x">The inputs, of any type.</param>
/// <param name="y">The truth: one-hot or other numbers, or one integer label a row.</param>
/// <param name="sampleWeight">A weight for each row, or null.</param>
/// <param name="scale">
/// For bytes: inputs are divided by 1 / scale in floating point, so that 1/255 gives exactly NumPy's <c>x.astype(float32) / 255</c>.
/// Null passes inputs as they are.
/// </param>
internal sealed class BatchSource(
    RowTable x,
    RowTable y,
    RowTable? sampleWeight = null,
    double? scale = null)
{
    public int Count { get; } = RequireSameCount(x, y, sampleWeight);

    public RowTable X => x;

    public RowTable Y => y;

    public RowTable? SampleWeight => sampleWeight;

    /// <summary>Whether each row's truth is one integer label, so that batches have labels of int64.</summary>
    public bool HasIntegerLabels => y.RowShape.ElementCount == 1 && y.Type is (ScalarType.Byte or ScalarType.Int32 or ScalarType.Int64);

    /// <summary>Where the last rows are cut off: Keras' floor(n * (1 - fraction)), in double precision.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A part would be empty.</exception>
    public static int SplitAt(int count, double fraction, string owner)
    {
        double splitAt = Math.Floor(count * (1 - fraction));
        return splitAt >= 1 && splitAt < count
            ? (int)splitAt
            : throw new ArgumentOutOfRangeException(
                nameof(fraction),
                FormattableString.Invariant($"{owner} must leave at least one of the {count} samples on either side, but was {fraction}. Take a fraction such as 0.1."));
    }

    /// <summary>The same rows with a weight each.</summary>
    public BatchSource WithSampleWeight(float[] weights) => new(x, y, new RowTable(np.array(weights)), scale);

    /// <summary>The first <paramref name="count"/> rows, not copied.</summary>
    public BatchSource Head(int count) => Rows(0, count);

    /// <summary>The rows from <paramref name="from"/> to the end, not copied.</summary>
    public BatchSource Tail(int from) => Rows(from, Count - from);

    /// <summary>The given rows on a device: inputs as floats of one type, integer labels as int64 and any other truth as floats, weights as floats.</summary>
    public (Tensor X, Tensor Y, Tensor? Weight) Batch(ReadOnlySpan<int> rows, Device device, ScalarType floatType = ScalarType.Float32)
    {
        Tensor inputs = Convert(x.Gather(rows, device), floatType);
        if (scale is { } factor)
        {
            // A tensor, not a number: torch on CUDA multiplies by a number's inverse, which is not the same in the last bit.
            using Tensor divisor = torch.tensor(1 / factor, floatType, device);
            inputs.div_(divisor);
        }

        Tensor truth = Convert(y.Gather(rows, device), HasIntegerLabels ? ScalarType.Int64 : floatType);
        return (inputs, truth, sampleWeight is null ? null : Convert(sampleWeight.Gather(rows, device), floatType));
    }

    private static Tensor Convert(Tensor tensor, ScalarType type) => tensor.dtype == type ? tensor : tensor.to(type, disposeAfter: true);

    private static int RequireSameCount(RowTable x, RowTable y, RowTable? sampleWeight)
    {
        if (x.Count != y.Count)
            throw new ArgumentException($"Sequential: x and y must have the same number of rows, but were {x.Count} and {y.Count}.");
        if (sampleWeight is not null && sampleWeight.Count != x.Count)
            throw new ArgumentException($"Sequential: sampleWeight must have one value for each of the {x.Count} rows, but was {sampleWeight.Count} long.");
        return x.Count;
    }

    private BatchSource Rows(int start, int count) =>
        new(x.Rows(start, count), y.Rows(start, count), sampleWeight?.Rows(start, count), scale);
}
