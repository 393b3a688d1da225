using System.Collections.Concurrent;

namespace CifarVision.Mpi;

/// <summary>
/// The communication thread: it makes all calls of MPI, from the first to the last, one piece of work after the other. Only urgent work is done while
/// other work waits for its request.
/// </summary>
internal sealed class MpiThread
{
    private readonly BlockingCollection<Action> _work = [];
    private readonly ConcurrentQueue<Action> _urgent = [];
    private MpiCommunicator? _communicator;

    /// <summary>Starts the thread, and MPI on it.</summary>
    public MpiThread(MpiLibrary mpi)
    {
        new Thread(Work) { IsBackground = true, Name = "MPI" }.Start();
        Run(() => _communicator = new MpiCommunicator(mpi, DoUrgent));
    }

    /// <summary>Memory for exchanges in bfloat16.</summary>
    public BFloat16Scratch Scratch { get; } = new();

    /// <summary>The collective calls, for work on this thread.</summary>
    public MpiCommunicator Communicator => _communicator!;

    /// <summary>Hands over work, which begins when all work before it is done.</summary>
    public Task Post(Action work)
    {
        (Action tracked, Task done) = Track(work);
        _work.Add(tracked);
        return done;
    }

    /// <summary>Has work done ahead of all that was handed over, even while that waits for other ranks, and waits for it.</summary>
    public void RunUrgent(Action work)
    {
        (Action tracked, Task done) = Track(work);
        _urgent.Enqueue(tracked);
        _work.Add(DoUrgent);
        done.GetAwaiter().GetResult();
    }

    /// <summary>Has work done and waits for it.</summary>
    public void Run(Action work) => Post(work).GetAwaiter().GetResult();

    /// <summary>Ends MPI and the thread.</summary>
    public void Finish()
    {
        Run(() => Communicator.Leave());
        Scratch.Dispose();
        _work.CompleteAdding();
    }

    private static (Action Tracked, Task Done) Track(Action work)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        return (Tracked, done.Task);

        void Tracked()
        {
            try
            {
                work();
                done.SetResult();
            }
            catch (Exception exception)
            {
                done.SetException(exception);
            }
        }
    }

    private void DoUrgent()
    {
        while (_urgent.TryDequeue(out Action? work))
            work();
    }

    private void Work()
    {
        foreach (Action work in _work.GetConsumingEnumerable())
            work();
    }
}
