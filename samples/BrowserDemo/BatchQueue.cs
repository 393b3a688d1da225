using System.Collections.Concurrent;

namespace BrowserDemo;

/// <summary>
/// Runs the model on one thread, for all requests. Pictures that arrive while a batch is computed form the next batch, so batches grow with the load
/// and a lone picture never waits for others.
/// </summary>
internal sealed class BatchQueue(DemoModel model) : IHostedService, IDisposable
{
    private const int LargestBatch = 64;
    private readonly BlockingCollection<Job> _waiting = [];
    private Task _worker = Task.CompletedTask;
    private long _accepted;
    private long _answered;
    private long _batches;

    /// <summary>The pictures that were accepted.</summary>
    public long Accepted => Interlocked.Read(ref _accepted);

    /// <summary>The pictures whose classes were computed.</summary>
    public long Answered => Interlocked.Read(ref _answered);

    /// <summary>The batches they were computed in.</summary>
    public long Batches => Interlocked.Read(ref _batches);

    /// <summary>Returns the probability of each class.</summary>
    /// <param name="picture">(height, width, 3), uint8.</param>
    public Task<float[]> ClassifyAsync(NDArray picture)
    {
        var job = new Job(picture, new TaskCompletionSource<float[]>(TaskCreationOptions.RunContinuationsAsynchronously));
        _waiting.Add(job);
        Interlocked.Increment(ref _accepted);
        return job.Answer.Task;
    }

    /// <summary>Starts the thread of the model: torch's threads belong to the thread that uses them.</summary>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        _worker = Task.Factory.StartNew(Work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        return Task.CompletedTask;
    }

    /// <summary>Answers what was accepted, and ends the thread. The web server has stopped by then.</summary>
    public Task StopAsync(CancellationToken cancellationToken)
    {
        _waiting.CompleteAdding();
        return _worker.WaitAsync(cancellationToken);
    }

    public void Dispose() => _waiting.Dispose();

    private void Work()
    {
        foreach (Job first in _waiting.GetConsumingEnumerable())
        {
            List<Job> batch = [first];
            while (batch.Count < LargestBatch && _waiting.TryTake(out Job? next))
                batch.Add(next);
            Answer(batch);
        }
    }

    private void Answer(List<Job> batch)
    {
        try
        {
            float[][] answers = model.Classify([.. batch.Select(job => job.Picture)]);
            Interlocked.Increment(ref _batches);
            Interlocked.Add(ref _answered, batch.Count);
            foreach ((Job job, float[] answer) in batch.Zip(answers))
                job.Answer.SetResult(answer);
        }
        catch (Exception error)
        {
            // Each request of the batch fails with it; the thread goes on.
            batch.ForEach(job => job.Answer.TrySetException(error));
        }
    }

    private sealed record Job(NDArray Picture, TaskCompletionSource<float[]> Answer);
}
