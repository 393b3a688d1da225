namespace CifarVision.Callbacks;

/// <summary>The frequency of checkpoints or backups. The default value is every epoch.</summary>
public readonly record struct SaveFrequency
{
    private SaveFrequency(int batches) => BatchCount = batches;

    /// <summary>At the end of every epoch.</summary>
    public static SaveFrequency Epoch => default;

    /// <summary>The number of training batches between two saves; null for every epoch.</summary>
    public int? BatchCount { get; }

    /// <summary>After a number of training batches, counted over epochs.</summary>
    /// <param name="count">1 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">The count is less than 1.</exception>
    public static SaveFrequency Batches(int count) => count >= 1
        ? new SaveFrequency(count)
        : throw new ArgumentOutOfRangeException(nameof(count), FormattableString.Invariant($"SaveFrequency: count must be 1 or more, but was {count}."));

    /// <summary><c>epoch</c>, or the number of batches.</summary>
    public override string ToString() => BatchCount is { } count ? FormattableString.Invariant($"{count} batches") : "epoch";
}
