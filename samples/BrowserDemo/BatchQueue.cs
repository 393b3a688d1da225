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
        var job = new Job<float[]>(picture);
        _waiting.Add(job);
        Interlocked.Increment(ref _accepted);
        return job.Answer;
    }

    /// <summary>Returns which parts of a picture speak for its class.</summary>
    /// <param name="picture">(height, width, 3), uint8.</param>
    public Task<Explanation> ExplainAsync(NDArray picture)
    {
        var job = new Job<Explanation>(picture);
        _waiting.Add(job);
        return job.Answer;
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
            List<Job> jobs = [first];
            while (jobs.Count < LargestBatch && _waiting.TryTake(out Job? next))
                jobs.Add(next);
            Classify([.. jobs.OfType<Job<float[]>>()]);
            foreach (Job<Explanation> job in jobs.OfType<Job<Explanation>>())
                job.Run(() => model.Explain(job.Picture));
        }
    }

    private void Classify(Job<float[]>[] batch)
    {
        if (batch.Length == 0)
            return;
        try
        {
            float[][] answers = model.Classify([.. batch.Select(job => job.Picture)]);
            Interlocked.Increment(ref _batches);
            Interlocked.Add(ref _answered, batch.Length);
            foreach ((Job<float[]> job, float[] answer) in batch.Zip(answers))
                job.Run(() => answer);
        }
        catch (Exception error)
        {
            // Each request of the batch fails with it; the thread goes on.
            foreach (Job<float[]> job in batch)
                job.Fail(error);
        }
    }

    private abstract class Job(NDArray picture)
    {
        public NDArray Picture => picture;
    }

    private sealed class Job<T>(NDArray picture) : Job(picture)
    {
        // Continuations would run on the thread of the model.
        private readonly TaskCompletionSource<T> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<T> Answer => _answer.Task;

        public void Fail(Exception error) => _answer.TrySetException(error);

        public void Run(Func<T> compute)
        {
            try
            {
                _answer.SetResult(compute());
            }
            catch (Exception error)
            {
                Fail(error);
            }
        }
    }
}
