using CifarVision.Runtime;

namespace CifarVision.Models;

/// <summary>
/// Which rows make which batch: passes over the data, each in a new random order, cut into batches of which the last may be smaller. With a
/// number of steps an epoch, a pass goes on over several epochs and an epoch ends early where a pass does, as in Keras.
/// </summary>
internal sealed class BatchOrder(int samples, int batchSize, int? stepsPerEpoch, RandomStream? shuffling)
{
    private int[] _order = [];
    private int _position;

    /// <summary>The batches of a whole pass.</summary>
    public int Batches { get; } = CountBatches(samples, batchSize);

    /// <summary>The batches of an epoch.</summary>
    public int Steps => stepsPerEpoch ?? Batches;

    public static int CountBatches(int samples, int batchSize) => (samples + batchSize - 1) / batchSize;

    /// <summary>The rows of each batch of the next epoch.</summary>
    public IEnumerable<ReadOnlyMemory<int>> NextEpoch()
    {
        if (_position >= _order.Length || stepsPerEpoch is null)
        {
            _order = shuffling?.Permutation(samples) ?? [.. Enumerable.Range(0, samples)];
            _position = 0;
        }

        for (int step = 0; step < Steps && _position < _order.Length; step++)
        {
            int count = Math.Min(batchSize, _order.Length - _position);
            _position += count;
            yield return _order.AsMemory(_position - count, count);
        }
    }
}
