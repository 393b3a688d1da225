using CifarVision.Runtime;

namespace CifarVision.Training;

/// <summary>
/// Which rows make which batch: passes over the data, each in a new random order, cut into batches of which the last may be smaller. With a
/// number of steps an epoch, a pass goes on over several epochs and an epoch ends early where a pass does, as in Keras.
/// </summary>
internal sealed class BatchOrder(int samples, int batchSize, int? stepsPerEpoch, RandomStream? shuffling)
{
    private int[] _order = [];
    private long _drawnAt;
    private int _position;

    /// <summary>The batches of a whole pass.</summary>
    public int Batches { get; } = CountBatches(samples, batchSize);

    /// <summary>The batches of an epoch.</summary>
    public int Steps => stepsPerEpoch ?? Batches;

    public static int CountBatches(int samples, int batchSize) => (int)(((long)samples + batchSize - 1) / batchSize);

    /// <summary>Where the pass under way was drawn in the stream, and how many of its rows were given out; null before the first.</summary>
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
            _position = value.Position;
        }
    }

    /// <summary>The rows of each batch of the next epoch.</summary>
    /// <param name="firstStep">The first batch: 0, or where the pass that was restored goes on.</param>
    public IEnumerable<ReadOnlyMemory<int>> NextEpoch(int firstStep = 0)
    {
        if (firstStep == 0 && (_position >= _order.Length || stepsPerEpoch is null))
            BeginPass();
        for (int step = firstStep; step < Steps && _position < _order.Length; step++)
        {
            int count = Math.Min(batchSize, _order.Length - _position);
            _position += count;
            yield return _order.AsMemory(_position - count, count);
        }
    }

    private void BeginPass()
    {
        _drawnAt = shuffling?.Counter ?? 0;
        _order = shuffling?.Permutation(samples) ?? [.. Enumerable.Range(0, samples)];
        _position = 0;
    }
}
