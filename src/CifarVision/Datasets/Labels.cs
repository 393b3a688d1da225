using System.Numerics;
using System.Runtime.InteropServices;
using CifarVision.Runtime;

namespace CifarVision.Datasets;

/// <summary>Converts class labels to the form that CategoricalCrossentropy takes.</summary>
public static unsafe class Labels
{
    /// <summary>Converts integer labels to one-hot rows (Keras: <c>keras.utils.to_categorical</c>).</summary>
    /// <param name="labels">(N,) or (N, 1), of an integer type, each from 0 to <paramref name="numClasses"/> - 1.</param>
    /// <param name="numClasses">The number of columns, at least 1; by default the largest label + 1.</param>
    /// <returns>(N, numClasses), float32: 1 in the label's column, else 0.</returns>
    /// <exception cref="ArgumentException">The labels are not integers, have another shape, or are empty and there is no class count.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A label is negative or too large, or the class count is less than 1.</exception>
    public static NDArray ToCategorical(NDArray labels, int? numClasses = null)
    {
        ArgumentNullException.ThrowIfNull(labels);
        if (numClasses < 1)
            throw new ArgumentOutOfRangeException(nameof(numClasses), $"Labels: numClasses must be at least 1, but was {numClasses}.");
        long[] values = ReadIntegers(labels, nameof(Labels));
        int classes = CountClasses(values, numClasses, nameof(Labels));
        NDArray oneHot = np.zeros(new Shape(values.Length, classes), typeof(float));
        // A pointer, since a span ends at 2 GB.
        float* cells = (float*)ArrayConversion.Address(oneHot);
        for (int row = 0; row < values.Length; row++)
            cells[((long)row * classes) + values[row]] = 1;
        GC.KeepAlive(oneHot);
        return oneHot;
    }

    /// <summary>Returns the class of each row of the truth: the label, rounded as Keras does, or the index of the largest value of a one-hot row.</summary>
    internal static long[] ClassOfEachRow(RowTable y)
    {
        NDArray truth = y.ToArray();
        return y.RowShape.ElementCount == 1
            ? [.. truth.astype(typeof(double)).ravel().ToArray<double>().Select(label => (long)Math.Round(label))]
            : np.argmax(truth.reshape(y.Count, -1), axis: 1).astype(typeof(long)).ToArray<long>();
    }

    /// <summary>Returns the labels as integers, after checking their shape and type.</summary>
    internal static long[] ReadIntegers(NDArray labels, string owner)
    {
        if (labels.ndim is not (1 or 2) || (labels.ndim == 2 && labels.shape[1] != 1))
        {
            throw new ArgumentException(
                $"{owner}: labels must be integers of shape (N,) or (N, 1), but was {TensorShape.Format(labels.shape)}. One-hot rows need no conversion.", nameof(labels));
        }

        return ReadValues(labels, owner);
    }

    /// <summary>Returns the labels of outputs as integers, one after the other, after checking their shape and type.</summary>
    /// <param name="labels">(N, ...) or (N, ..., 1): a label for each place of an image or sequence.</param>
    /// <param name="places">The shape of a sample's labels; () for one label a sample.</param>
    /// <param name="owner">The loss, for messages.</param>
    internal static long[] ReadIntegers(NDArray labels, TensorShape places, string owner)
    {
        TensorShape given = labels.shape[1..];
        if (given != places && given != (TensorShape)(long[])[.. places.Dims, 1])
        {
            string wanted = string.Concat(places.Dims.ToArray().Select(dim => FormattableString.Invariant($", {dim}")));
            throw new ArgumentException(
                $"{owner}: labels must be integers of shape (N{(wanted.Length == 0 ? "," : wanted)}) or (N{wanted}, 1), but was {TensorShape.Format(labels.shape)}. For one-hot rows use CategoricalCrossentropy.", nameof(labels));
        }

        return ReadValues(labels, owner);
    }

    private static long[] ReadValues(NDArray labels, string owner)
    {
        NDArray column = np.ascontiguousarray(labels);
        ReadOnlySpan<byte> bytes = ArrayConversion.Bytes(column);
        long[] values = column.typecode switch
        {
            NPTypeCode.Byte => Widen<byte>(bytes),
            NPTypeCode.SByte => Widen<sbyte>(bytes),
            NPTypeCode.Int16 => Widen<short>(bytes),
            NPTypeCode.UInt16 => Widen<ushort>(bytes),
            NPTypeCode.Int32 => Widen<int>(bytes),
            NPTypeCode.UInt32 => Widen<uint>(bytes),
            NPTypeCode.Int64 => Widen<long>(bytes),
            NPTypeCode.UInt64 => Widen<ulong>(bytes),
            _ => throw new ArgumentException($"{owner}: labels must be of an integer type, but was {labels.dtype.Name}. Convert them with astype(np.int64).", nameof(labels)),
        };
        GC.KeepAlive(column);
        return values;
    }

    /// <summary>Returns the number of classes, as given or the largest label + 1, after checking every label.</summary>
    internal static int CountClasses(ReadOnlySpan<long> labels, int? classCount, string owner)
    {
        if (labels.IsEmpty && classCount is null)
            throw new ArgumentException($"{owner}: labels must be at least one when the number of classes is left out, but was none. Give the number of classes.", nameof(labels));
        long limit = classCount ?? int.MaxValue;
        long largest = 0;
        for (int row = 0; row < labels.Length; row++)
        {
            long label = labels[row];
            if (label < 0 || label >= limit)
            {
                string rule = classCount is null ? "at least 0" : FormattableString.Invariant($"from 0 to {limit - 1}");
                throw new ArgumentOutOfRangeException(
                    nameof(labels), FormattableString.Invariant($"{owner}: labels must be {rule}, but was {label} in row {row}. Number the classes from 0."));
            }

            largest = Math.Max(largest, label);
        }

        return classCount ?? (int)largest + 1;
    }

    private static long[] Widen<T>(ReadOnlySpan<byte> bytes)
        where T : unmanaged, IBinaryInteger<T>
    {
        ReadOnlySpan<T> labels = MemoryMarshal.Cast<byte, T>(bytes);
        var values = new long[labels.Length];
        for (int i = 0; i < values.Length; i++)
            values[i] = long.CreateSaturating(labels[i]);
        return values;
    }
}
