using System.Globalization;

namespace CifarVision.Runtime;

/// <summary>
/// The shape of one sample, without the batch axis: <c>(32, 32, 3)</c> for an image of 32 rows, 32 columns and 3 channels.
/// Converts from an <c>int</c>, from tuples and from arrays, so that <c>(32, 32, 3)</c> can be written as in Keras.
/// </summary>
public readonly struct TensorShape : IEquatable<TensorShape>
{
    private readonly long[]? _dims;

    /// <summary>Creates a shape from its axes, outermost first.</summary>
    /// <param name="dims">The length of each axis, at least 1. Empty for a scalar.</param>
    /// <exception cref="ArgumentOutOfRangeException">An axis is 0 or negative.</exception>
    public TensorShape(params ReadOnlySpan<long> dims)
    {
        foreach (long dim in dims)
        {
            if (dim < 1)
                throw new ArgumentOutOfRangeException(nameof(dims), $"TensorShape: every axis must be at least 1, but was {Format(dims)}. Leave the batch axis out.");
        }

        _dims = dims.ToArray();
    }

    /// <summary>The number of axes: 3 for an image, 1 for a vector of features.</summary>
    public int Rank => Dims.Length;

    /// <summary>The number of values in one sample.</summary>
    public long ElementCount
    {
        get
        {
            long count = 1;
            foreach (long dim in Dims)
                count = checked(count * dim);
            return count;
        }
    }

    /// <summary>The axes, outermost first.</summary>
    public ReadOnlySpan<long> Dims => _dims ?? [];

    /// <summary>The length of one axis.</summary>
    /// <param name="axis">From 0; <c>^1</c> is the last.</param>
    public long this[Index axis] => Dims[axis];

    /// <summary>Converts a number to the shape of a feature vector.</summary>
    /// <param name="length">The number of features.</param>
    public static implicit operator TensorShape(long length) => new(length);

    /// <summary>Converts a pair to the shape of a matrix or a one-channel image.</summary>
    /// <param name="dims">Rows, then columns.</param>
    public static implicit operator TensorShape((int, int) dims) => new(dims.Item1, dims.Item2);

    /// <summary>Converts a triple to the shape of an image.</summary>
    /// <param name="dims">Rows, columns, channels.</param>
    public static implicit operator TensorShape((int, int, int) dims) => new(dims.Item1, dims.Item2, dims.Item3);

    /// <summary>Converts an array to a shape.</summary>
    /// <param name="dims">The axes, outermost first, without the batch.</param>
    public static implicit operator TensorShape(int[] dims) => new(Array.ConvertAll(dims, dim => (long)dim));

    /// <summary>Converts an array of NumSharp or TorchSharp to a shape.</summary>
    /// <param name="dims">The axes, outermost first, without the batch.</param>
    public static implicit operator TensorShape(long[] dims) => new(dims);

    /// <summary>Whether both have the same axes.</summary>
    public static bool operator ==(TensorShape left, TensorShape right) => left.Equals(right);

    /// <summary>Whether the axes differ.</summary>
    public static bool operator !=(TensorShape left, TensorShape right) => !left.Equals(right);

    /// <inheritdoc/>
    public bool Equals(TensorShape other) => Dims.SequenceEqual(other.Dims);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is TensorShape other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (long dim in Dims)
            hash.Add(dim);
        return hash.ToHashCode();
    }

    /// <summary>Returns the shape as Keras prints it, with the batch axis as <c>None</c>: <c>(None, 32, 32, 3)</c>.</summary>
    public override string ToString() => Rank == 0 ? "(None,)" : $"(None, {Join(Dims)})";

    /// <summary>Returns the axes with a batch axis in front.</summary>
    internal long[] WithBatch(long batch) => [batch, .. Dims];

    /// <summary>Formats a full shape, including the batch axis, for error messages: <c>(128, 32, 32, 3)</c>.</summary>
    internal static string Format(ReadOnlySpan<long> dims) => dims.Length == 1 ? $"({Join(dims)},)" : $"({Join(dims)})";

    private static string Join(ReadOnlySpan<long> dims)
    {
        var parts = new string[dims.Length];
        for (int i = 0; i < dims.Length; i++)
            parts[i] = dims[i].ToString(CultureInfo.InvariantCulture);
        return string.Join(", ", parts);
    }
}
