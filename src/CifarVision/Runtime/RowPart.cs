namespace CifarVision.Runtime;

/// <summary>
/// The rows of a batch that this process computes. During a training step on several processes <see cref="RandomStream"/> draws for the rows of the
/// whole batch and returns the numbers of these, so that the numbers of a row do not depend on the process that computes it.
/// </summary>
/// <param name="Start">The number of rows before them.</param>
/// <param name="Count">The number of rows.</param>
/// <param name="Total">The number of rows of the whole batch.</param>
internal readonly record struct RowPart(int Start, int Count, int Total)
{
    [ThreadStatic]
    private static RowPart? _current;

    /// <summary>The part that the step under way on this thread computes; null if it computes whole batches.</summary>
    public static RowPart? Current => _current;

    /// <summary>The part, if a tensor of so many rows is one of the batch.</summary>
    public static RowPart? Of(long rows) => _current is { } part && part.Count == rows ? part : null;

    /// <summary>Sets the part for the steps of this thread until the result is disposed of.</summary>
    public static Scope Begin(RowPart part)
    {
        _current = part.Count == part.Total ? null : part;
        return default;
    }

    /// <summary>Ends the part.</summary>
    internal readonly struct Scope : IDisposable
    {
        public void Dispose() => _current = null;
    }
}
