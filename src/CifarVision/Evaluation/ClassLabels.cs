using CifarVision.Runtime;

namespace CifarVision.Evaluation;

/// <summary>Reads class labels as users have them: integers or one-hot rows, of any type.</summary>
internal static class ClassLabels
{
    /// <summary>Returns the class of each row.</summary>
    /// <param name="yTrue">Whole numbers (N) or (N, 1), or one-hot rows (N, classes).</param>
    /// <param name="classes">The number of classes; null if any number from 0 is one.</param>
    /// <param name="owner">The public type, for messages.</param>
    /// <param name="argument">The name of the argument, for messages.</param>
    /// <exception cref="ArgumentException">The shape does not fit, there are no rows, or a row is not one-hot.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A label is not one of the classes.</exception>
    public static int[] Read(NDArray yTrue, int? classes, string owner, string argument = "yTrue")
    {
        bool isColumn = yTrue.ndim == 1 || (yTrue.ndim == 2 && yTrue.shape[1] == 1);
        if (!isColumn && (yTrue.ndim != 2 || (classes is not null && yTrue.shape[1] != classes)))
        {
            string columns = classes is null ? "classes" : FormattableString.Invariant($"{classes}");
            throw new ArgumentException($"{owner}: {argument} must be integers (N,) or (N, 1), or one-hot rows (N, {columns}), but was {TensorShape.Format(yTrue.shape)}.", argument);
        }

        if (yTrue.size == 0)
            throw new ArgumentException($"{owner}: {argument} must have at least one label, but was empty, {TensorShape.Format(yTrue.shape)}.", argument);
        double[] values = yTrue.astype(typeof(double)).ravel().ToArray<double>();
        return isColumn
            ? [.. values.Select((value, row) => Whole(value, row, classes, owner, argument))]
            : [.. values.Chunk((int)yTrue.shape[1]).Select((cells, row) => Hot(cells, row, owner, argument))];
    }

    private static int Whole(double value, int row, int? classes, string owner, string argument)
    {
        int limit = classes ?? int.MaxValue;
        if (value >= 0 && value < limit && Math.Floor(value) == value)
            return (int)value;
        string rule = classes is null ? "whole numbers from 0" : FormattableString.Invariant($"whole numbers from 0 to {classes - 1}, one of the {classes} classes of the predictions");
        throw new ArgumentOutOfRangeException(argument, FormattableString.Invariant($"{owner}: {argument} must be {rule}, but was {value} in row {row}. Number the classes from 0."));
    }

    private static int Hot(double[] cells, int row, string owner, string argument)
    {
        int hot = Array.IndexOf(cells, 1);
        return hot >= 0 && cells.Count(cell => cell == 0) == cells.Length - 1
            ? hot
            : throw new ArgumentException(
                FormattableString.Invariant($"{owner}: {argument} must be one-hot rows of a single 1 and zeros, but row {row} is not. Samples of several classes, or of parts of classes, cannot be evaluated here."), argument);
    }
}
