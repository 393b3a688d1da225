using CifarVision.Runtime;

namespace CifarVision.Training;

/// <summary>
/// The rows of each batch: passes over the data, each in a new random order, cut into batches of which the last may be smaller. With a
/// number of steps per epoch, a pass continues over several epochs, and an epoch ends early where a pass ends, as in Keras.
/// </summary>
internal sealed class BatchOrder(int samples, int batchSize, int? stepsPerEpoch, RandomStream? shuffling)
{
    private int[] _order = [];
    private long _drawnAt;
    private int _position;

    /// <summary>The number of batches in a pass.</summary>
    public int Batches { get; } = CountBatches(samples, batchSize);

    /// <summary>The number of batches in an epoch.</summary>
    public int Steps => stepsPerEpoch ?? Batches;

    /// <summary>Returns the number of batches of a pass.</summary>
    public static int CountBatches(int samples, int batchSize) => (int)(((long)samples + batchSize - 1) / batchSize);

    /// <summary>The stream position at which the current pass was drawn, and the number of its rows already used; null before the first.</summary>
    public PassPlace? Place
    {
        get => _order.Length == 0 ? null : new PassPlace(_drawnAt, _position);
        set
        {
            (_order, _position) = ([], 0);
            if (value is null)
                return;
            if (shuffling is not null)
                shuffling.Counter = value.DrawnAt;
            BeginPass();
            if (value.Position < 0 || value.Position > _order.Length)
                throw new ArgumentOutOfRangeException(nameof(value), FormattableString.Invariant($"BatchOrder: the position in a pass must be from 0 to {_order.Length}, but was {value.Position}."));
            _position = value.Position;
        }
    }

    /// <summary>Returns the rows of each batch of the next epoch. They may be prepared ahead; <see cref="Advance"/> counts the rows that were trained on.</summary>
    /// <param name="firstStep">The first batch: 0, or the position at which a restored pass continues.</param>
    public IEnumerable<ReadOnlyMemory<int>> NextEpoch(int firstStep = 0)
    {
        if (firstStep == 0 && (_position >= _order.Length || stepsPerEpoch is null))
            BeginPass();
        return Batched(_order.AsMemory(_position), Steps - firstStep);
    }

    /// <summary>Counts the rows of a batch as trained on.</summary>
    public void Advance(int rows) => _position += rows;

    private IEnumerable<ReadOnlyMemory<int>> Batched(ReadOnlyMemory<int> rows, int batches)
    {
        for (int batch = 0; batch < batches && !rows.IsEmpty; batch++)
        {
            int count = Math.Min(batchSize, rows.Length);
            yield return rows[..count];
            rows = rows[count..];
        }
    }

    private void BeginPass()
    {
        _drawnAt = shuffling?.Counter ?? 0;
        _order = shuffling?.Permutation(samples) ?? [.. Enumerable.Range(0, samples)];
        _position = 0;
    }
}
