namespace CifarVision.Datasets;

/// <summary>What a model trains on or is evaluated on: inputs, truth and perhaps weights, row by row, and how they become tensors.</summary>
/// <param name="x">A table for each input of the model, of any type.</param>
/// <param name="y">A table for each output: one-hot rows or other numbers, or one integer label a row.</param>
/// <param name="sampleWeights">For each output a weight for each row, or null.</param>
/// <param name="scale">
/// For bytes: inputs are divided by 1 / scale in floating point, so that 1/255 gives exactly NumPy's <c>x.astype(float32) / 255</c>.
/// Null passes inputs as they are.
/// </param>
/// <param name="owner">The model's class, for messages.</param>
internal sealed class BatchSource(
    IReadOnlyList<RowTable> x,
    IReadOnlyList<RowTable> y,
    IReadOnlyList<RowTable?> sampleWeights,
    double? scale = null,
    string owner = "Model")
{
    /// <summary>Creates the source for a model of one input and one output.</summary>
    public BatchSource(RowTable x, RowTable y, RowTable? sampleWeight = null, double? scale = null)
        : this([x], [y], [sampleWeight], scale)
    {
    }

    public int Count { get; } = RequireSameCount(x, y, sampleWeights, owner);

    /// <summary>The inputs.</summary>
    public IReadOnlyList<RowTable> X => x;

    /// <summary>The truth for each output.</summary>
    public IReadOnlyList<RowTable> Y => y;

    /// <summary>The weights of the rows for each output.</summary>
    public IReadOnlyList<RowTable?> SampleWeights => sampleWeights;

    /// <summary>Returns where the last rows are cut off: Keras' floor(n * (1 - fraction)), in double precision.</summary>
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

    /// <summary>Whether each row's truth is one integer label, so that batches have labels of int64.</summary>
    public static bool HasIntegerLabels(RowTable y) => y.RowShape.ElementCount == 1 && y.Type is (ScalarType.Byte or ScalarType.Int32 or ScalarType.Int64);

    /// <summary>The same rows of one output with a weight each.</summary>
    public BatchSource WithSampleWeight(float[] weights) => new(x, y, [new RowTable(np.array(weights))], scale);

    /// <summary>The first <paramref name="count"/> rows, not copied.</summary>
    public BatchSource Head(int count) => Rows(0, count);

    /// <summary>The rows from <paramref name="from"/> to the end, not copied.</summary>
    public BatchSource Tail(int from) => Rows(from, Count - from);

    /// <summary>The given rows on a device: inputs as floats of one type, integer labels as int64 and any other truth as floats, weights as floats.</summary>
    public Batch Batch(ReadOnlySpan<int> rows, Device device, ScalarType floatType = ScalarType.Float32)
    {
        var inputs = new Tensor[x.Count];
        for (int i = 0; i < inputs.Length; i++)
            inputs[i] = Scaled(Convert(x[i].Gather(rows, device), floatType), floatType, device);
        var truth = new Tensor[y.Count];
        var weights = new Tensor?[y.Count];
        for (int i = 0; i < truth.Length; i++)
        {
            truth[i] = Convert(y[i].Gather(rows, device), HasIntegerLabels(y[i]) ? ScalarType.Int64 : floatType);
            weights[i] = sampleWeights[i] is { } table ? Convert(table.Gather(rows, device), floatType) : null;
        }

        return new Batch(inputs, truth, weights, rows.Length);
    }

    private static Tensor Convert(Tensor tensor, ScalarType type) => tensor.dtype == type ? tensor : tensor.to(type, disposeAfter: true);

    private static int RequireSameCount(IReadOnlyList<RowTable> x, IReadOnlyList<RowTable> y, IReadOnlyList<RowTable?> sampleWeights, string owner)
    {
        int count = x[0].Count;
        if (x.Concat(y).FirstOrDefault(table => table.Count != count) is { } other)
            throw new ArgumentException($"{owner}: x and y must have the same number of rows, but were {count} and {other.Count}.");
        if (sampleWeights.FirstOrDefault(table => table is not null && table.Count != count) is { } weight)
            throw new ArgumentException($"{owner}: sampleWeight must have one value for each of the {count} rows, but was {weight.Count} long.");
        return count;
    }

    private Tensor Scaled(Tensor inputs, ScalarType floatType, Device device)
    {
        if (scale is not { } factor)
            return inputs;

        // A tensor, not a number: torch on CUDA multiplies by a number's inverse, which is not the same in the last bit.
        using Tensor divisor = torch.tensor(1 / factor, floatType, device);
        return inputs.div_(divisor);
    }

    private BatchSource Rows(int start, int count) => new(
        [.. x.Select(table => table.Rows(start, count))],
        [.. y.Select(table => table.Rows(start, count))],
        [.. sampleWeights.Select(table => table?.Rows(start, count))],
        scale);
}
