using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using CifarVision.Datasets;

namespace CifarVision.Training;

/// <summary>
/// Epochs of batches that the user's program generates. A separate thread enumerates them, two ahead of training. When they end, training ends
/// too, with a warning, as in Keras.
/// </summary>
internal sealed class GeneratorEpochs : Epochs
{
    private const int Ahead = 2;

    private readonly BlockingCollection<(NDArray X, NDArray Y)> _pulled = new(Ahead);
    private readonly CancellationTokenSource _cancellation = new();
    private readonly Func<NDArray, NDArray, BatchSource> _check;
    private readonly Func<BatchSource, IEnumerable<ReadOnlyMemory<int>>, BatchFeed> _feed;
    private readonly Task _pulling;
    // The arrays belong to the user's program, so they are not disposed here.
    [NDBorrowed]
    private (NDArray X, NDArray Y)? _next;

    /// <summary>Starts to enumerate batches.</summary>
    /// <param name="batches">The user's batches.</param>
    /// <param name="steps">Batches per epoch.</param>
    /// <param name="check">Checks the arrays of a batch against the model.</param>
    /// <param name="feed">Prepares batches.</param>
    public GeneratorEpochs(
        IEnumerable<(NDArray X, NDArray Y)> batches,
        int steps,
        Func<NDArray, NDArray, BatchSource> check,
        Func<BatchSource, IEnumerable<ReadOnlyMemory<int>>, BatchFeed> feed)
    {
        (Steps, _check, _feed) = (steps, check, feed);
        _pulling = Task.Run(() => Pull(batches));
    }

    public override int Steps { get; }

    public override int Samples => 0;

    /// <summary>Always null: only the user's program could repeat its batches.</summary>
    public override PassPlace? Place
    {
        get => null;
        set => throw new InvalidDataException("BackupAndRestore: a run on generated batches cannot go on where it was broken off. Give Fit arrays or a dataset.");
    }

    public override bool HasNext
    {
        get
        {
            bool hasNext = TryPeek();
            if (!hasNext)
                Console.Error.WriteLine("Fit: the generated batches have come to an end before the last epoch, so training ends. Generate stepsPerEpoch * epochs batches, or endlessly many.");
            return hasNext;
        }
    }

    public override BatchFeed Next(int firstStep) => new Feed(this);

    public override void Advance(int rows)
    {
    }

    public override void Dispose()
    {
        _cancellation.Cancel();

        // User code that does not return must not block the end of training.
        _pulling.ContinueWith(_ => _pulled.Dispose(), TaskScheduler.Default);
    }

    private void Pull(IEnumerable<(NDArray X, NDArray Y)> batches)
    {
        try
        {
            foreach ((NDArray X, NDArray Y) batch in batches)
                _pulled.Add(batch, _cancellation.Token);
        }
        catch (OperationCanceledException) when (_cancellation.IsCancellationRequested)
        {
            // Training ended first.
        }
        finally
        {
            _pulled.CompleteAdding();
        }
    }

    private bool TryPeek()
    {
        if (_next is null && _pulled.TryTake(out (NDArray X, NDArray Y) batch, Timeout.Infinite))
            _next = batch;
        if (_next is null && _pulling is { IsCompleted: true, Exception.InnerException: { } error })
            ExceptionDispatchInfo.Throw(error);
        return _next is not null;
    }

    private BatchSource Take()
    {
        (NDArray x, NDArray y) = _next!.Value;
        _next = null;
        return _check(x, y);
    }

    private sealed class Feed(GeneratorEpochs epochs) : BatchFeed
    {
        private int _step;

        public override bool HasNext => _step < epochs.Steps && epochs.TryPeek();

        public override Batch Next()
        {
            _step++;
            BatchSource source = epochs.Take();
            using BatchFeed one = epochs._feed(source, [Enumerable.Range(0, source.Count).ToArray()]);
            return one.Next();
        }

        public override void Dispose()
        {
        }
    }
}
