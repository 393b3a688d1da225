using System.Security.Cryptography;
using CifarVision.Runtime;

namespace CifarVision.Datasets;

/// <summary>Rows of one shape and type by index: in memory, or decoded from disk on demand.</summary>
internal abstract class RowSource
{
    public abstract int Count { get; }

    public abstract TensorShape RowShape { get; }

    public abstract ScalarType Type { get; }

    /// <summary>Whether rows are only copied, for which another thread does not pay off.</summary>
    public abstract bool IsInMemory { get; }

    public long RowBytes => RowShape.ElementCount * Type.ElementSize();

    /// <summary>Writes rows in sequence. Several worker threads call it at once, so it must not call torch.</summary>
    /// <param name="rows">The rows in the order of the output; they may repeat.</param>
    /// <param name="target">Memory of the length of the rows.</param>
    /// <param name="cancellationToken">Cancels the work; the target is then incomplete.</param>
    /// <exception cref="InvalidDataException">A row cannot be decoded; the message names the file.</exception>
    public abstract void Fill(ReadOnlyMemory<int> rows, Memory<byte> target, CancellationToken cancellationToken);

    /// <summary>Returns consecutive rows of the same source.</summary>
    public abstract RowSource Rows(int start, int count);

    /// <summary>Returns the SHA-256 of some rows in hexadecimal digits, by which data is compared.</summary>
    public string Digest(IEnumerable<int> rows)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] bytes = new byte[checked((int)RowBytes)];
        foreach (int row in rows)
        {
            Fill(new[] { row }, bytes, CancellationToken.None);
            hash.AppendData(bytes);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    protected void RequireRange(int start, int count)
    {
        if (start < 0 || count < 0 || start > Count - count)
            throw new ArgumentOutOfRangeException(nameof(start), $"RowSource: rows must be within the {Count} rows of the data, but were {start} to {(long)start + count - 1}.");
    }
}
