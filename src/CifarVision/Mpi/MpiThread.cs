using System.Collections.Concurrent;

namespace CifarVision.Mpi;

/// <summary>The communication thread: it makes all calls of MPI, from the first to the last, one piece of work after the other.</summary>
internal sealed class MpiThread
{
    private readonly BlockingCollection<Action> _work = [];
    private MpiCommunicator? _communicator;

    /// <summary>Starts the thread, and MPI on it.</summary>
    public MpiThread(MpiLibrary mpi)
    {
        new Thread(Work) { IsBackground = true, Name = "MPI" }.Start();
        Run(() => _communicator = new MpiCommunicator(mpi));
    }

    /// <summary>Memory for exchanges in bfloat16.</summary>
    public BFloat16Scratch Scratch { get; } = new();

    /// <summary>The collective calls, for work on this thread.</summary>
    public MpiCommunicator Communicator => _communicator!;

    /// <summary>Hands over work, which begins when all work before it is done.</summary>
    public Task Post(Action work)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _work.Add(() =>
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
        });
        return done.Task;
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

    private void Work()
    {
        foreach (Action work in _work.GetConsumingEnumerable())
            work();
    }
}
