namespace CifarVision.Datasets;

/// <summary>The data for training or evaluation: the rows of the inputs, of the truth and optionally of weights.</summary>
/// <param name="x">The rows of each input of the model, of any type.</param>
/// <param name="y">The truth for each output: one-hot rows or other numbers, or one integer label per row.</param>
/// <param name="sampleWeights">The weights of the rows for each output, or null.</param>
/// <param name="scale">
/// For bytes: inputs are divided by 1 / scale in floating point, so that 1/255 gives exactly NumPy's <c>x.astype(float32) / 255</c>.
/// Null leaves inputs unscaled.
/// </param>
/// <param name="owner">The model's class, for messages.</param>
internal sealed class BatchSource(
    IReadOnlyList<RowSource> x,
    IReadOnlyList<RowTable> y,
    IReadOnlyList<RowTable?> sampleWeights,
    double? scale = null,
    string owner = "Model")
{
    /// <summary>Creates the source for a model of one input and one output.</summary>
    public BatchSource(RowSource x, RowTable y, RowTable? sampleWeight = null, double? scale = null)
        : this([x], [y], [sampleWeight], scale)
    {
    }

    public int Count { get; } = RequireSameCount(x, y, sampleWeights, owner);

    /// <summary>The inputs.</summary>
    public IReadOnlyList<RowSource> X => x;

    /// <summary>The truth for each output.</summary>
    public IReadOnlyList<RowTable> Y => y;

    /// <summary>The weights of the rows for each output.</summary>
    public IReadOnlyList<RowTable?> SampleWeights => sampleWeights;

    /// <summary>The factor for inputs, or null.</summary>
    public double? Scale => scale;

    /// <summary>Returns the number of rows in the first part: Keras' floor(n * (1 - fraction)), in double precision.</summary>
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

    /// <summary>Whether the truth of each row is integer labels, which batches contain as int64.</summary>
    public static bool HasIntegerLabels(RowTable y) => (y.HoldsLabels || y.RowShape.ElementCount == 1) && y.Type is (ScalarType.Byte or ScalarType.Int32 or ScalarType.Int64);

    /// <summary>Returns the same rows, with a weight for each row of one output.</summary>
    public BatchSource WithSampleWeight(float[] weights) => new(x, y, [new RowTable(np.array(weights))], scale);

    /// <summary>Returns the first <paramref name="count"/> rows without copying.</summary>
    public BatchSource Head(int count) => Rows(0, count);

    /// <summary>Returns the rows from <paramref name="from"/> to the end without copying.</summary>
    public BatchSource Tail(int from) => Rows(from, Count - from);

    private static int RequireSameCount(IReadOnlyList<RowSource> x, IReadOnlyList<RowTable> y, IReadOnlyList<RowTable?> sampleWeights, string owner)
    {
        int count = x[0].Count;
        if (x.Concat(y).FirstOrDefault(rows => rows.Count != count) is { } other)
            throw new ArgumentException($"{owner}: x and y must have the same number of rows, but were {count} and {other.Count}.");
        if (sampleWeights.FirstOrDefault(rows => rows is not null && rows.Count != count) is { } weight)
            throw new ArgumentException($"{owner}: sampleWeight must have one value for each of the {count} rows, but was {weight.Count} long.");
        return count;
    }

    private BatchSource Rows(int start, int count) => new(
        [.. x.Select(rows => rows.Rows(start, count))],
        [.. y.Select(rows => rows.Rows(start, count))],
        [.. sampleWeights.Select(rows => rows?.Rows(start, count))],
        scale);
}
