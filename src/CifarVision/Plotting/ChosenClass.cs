using CifarVision.Runtime;

namespace CifarVision.Plotting;

/// <summary>A class, and its predicted probability if it is known.</summary>
/// <param name="Index">The index, from 0.</param>
/// <param name="Probability">The probability, from 0 to 1; null for a label.</param>
internal sealed record ChosenClass(int Index, double? Probability)
{
    /// <summary>Returns the class of each row of labels, one-hot rows or a model's output.</summary>
    /// <param name="rows">Integers (N) or (N, 1), or (N, classes) of any type, in which the largest value marks the class; predictions may also be probabilities of class 1, (N, 1).</param>
    /// <param name="count">The required number of rows.</param>
    /// <param name="argument">The name of the argument, for messages.</param>
    /// <exception cref="ArgumentException">The shape or the type does not fit.</exception>
    public static ChosenClass[] Read(NDArray rows, int count, string argument)
    {
        bool isTable = rows.ndim == 2 && rows.shape[1] > 1;
        bool isFloat = rows.typecode is NPTypeCode.Single or NPTypeCode.Double;
        bool isColumn = rows.ndim == 1 || (rows.ndim == 2 && rows.shape[1] == 1);
        bool isProbability = isFloat && argument == "predictions";
        if (!(isTable || (isColumn && (!isFloat || isProbability))) || rows.shape[0] != count)
        {
            throw new ArgumentException(
                FormattableString.Invariant($"ImageGrid: {argument} must be {count} integers, or ({count}, classes), but was {rows.dtype.Name} of shape {TensorShape.Format(rows.shape)}."),
                argument);
        }

        double[] values = rows.astype(typeof(double)).ravel().ToArray<double>();
        if (!isTable && isProbability)
            return Array.ConvertAll(values, OfOneUnit);
        if (!isTable)
            return Array.ConvertAll(values, value => new ChosenClass((int)value, null));
        return [.. values.Chunk((int)rows.shape[1]).Select(row => Largest(row, isProbability))];
    }

    private static ChosenClass OfOneUnit(double value) => value is >= 0 and <= 1
        ? new ChosenClass(value > 0.5 ? 1 : 0, Math.Max(value, 1 - value))
        : throw new ArgumentException(FormattableString.Invariant($"ImageGrid: predictions of one unit must be probabilities from 0 to 1, but was {value}. Give the model a sigmoid, or apply it."), nameof(value));

    private static ChosenClass Largest(double[] row, bool isProbability)
    {
        int largest = Array.IndexOf(row, row.Max());
        // Logits are not probabilities.
        return new ChosenClass(largest, isProbability && row.All(value => value is >= 0 and <= 1) ? row[largest] : null);
    }
}
