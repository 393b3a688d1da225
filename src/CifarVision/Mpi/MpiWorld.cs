using System.Runtime.InteropServices;
using CifarVision.Runtime;

namespace CifarVision.Mpi;

/// <summary>
/// The processes that <c>mpirun</c> or <c>srun</c> started together. Started once at the beginning of the program and disposed of at its end, by
/// every process. Without a launcher it is a world of this process alone, so that a program runs either way.
/// </summary>
/// <remarks>Uses Open MPI, MPICH or a library with MPICH's ABI, whichever is installed. One thread of the process makes all calls of MPI.</remarks>
public sealed unsafe class MpiWorld : IDisposable
{
    private static int _isStarted;
    private readonly MpiThread? _thread;
    private bool _isDisposed;

    private MpiWorld(MpiThread? thread, string library)
    {
        _thread = thread;
        Library = library;
        Rank = thread?.Communicator.Rank ?? 0;
        Size = thread?.Communicator.Size ?? 1;
        LocalRank = thread?.Communicator.LocalRank ?? 0;
    }

    /// <summary>The number of this process, from 0 to <see cref="Size"/> - 1.</summary>
    public int Rank { get; }

    /// <summary>The number of processes.</summary>
    public int Size { get; }

    /// <summary>The number of this process among those on its machine, from 0: which of the machine's graphics cards is its own.</summary>
    public int LocalRank { get; }

    /// <summary>The name and version of the MPI library.</summary>
    public string Library { get; }

    /// <summary>
    /// Joins the other processes; returns when all have. A process that has not called <see cref="TorchRuntime.SetSeed"/> gets the seed of rank 0,
    /// and where several share the processors of a machine, <see cref="TorchRuntime.Threads"/> becomes their part.
    /// </summary>
    /// <exception cref="DllNotFoundException">libmpi is not installed; the message names the package.</exception>
    /// <exception cref="InvalidOperationException">The world was started before, or libmpi is not that of the launcher.</exception>
    public static MpiWorld Start()
    {
        Launcher launcher = Launcher.Detect(Environment.GetEnvironmentVariable);
        MpiLibrary library = MpiLibrary.Load(launcher.IsMpich);
        if (!launcher.IsPresent)
            return new MpiWorld(null, library.Version);
        if (Interlocked.Exchange(ref _isStarted, 1) != 0)
            throw new InvalidOperationException("MpiWorld: Start must be called once in a process, as MPI demands, but was called again. Keep the first world until the end of the program.");
        var thread = new MpiThread(library);
        launcher.RequireSize(thread.Communicator.Size, library.Version);
        var world = new MpiWorld(thread, library.Version);
        world.ShareSeed();
        world.ShareProcessors();
        return world;
    }

    /// <summary>Waits until all processes have called it, for work that one does for all, such as a download.</summary>
    public void Barrier() => Sum([0.0]);

    /// <summary>Leaves the world; returns when all processes have. A process that still trains then ends with an error.</summary>
    public void Dispose()
    {
        if (_isDisposed)
            return;
        _isDisposed = true;
        _thread?.Finish();
    }

    /// <summary>Sums numbers over all processes, in place, ahead of the tensors whose sums are under way.</summary>
    internal void Sum(Span<double> values)
    {
        if (Size == 1 || values.IsEmpty)
            return;
        fixed (double* start = values)
        {
            nint address = (nint)start;
            int count = values.Length;
            Thread().RunUrgent(() => Thread().Communicator.SumUrgently((double*)address, count));
        }
    }

    /// <summary>Begins to sum a tensor over all processes, in place. It must live and stay as it is until the result is complete.</summary>
    /// <param name="values">Contiguous, on the CPU, float32 or float64.</param>
    /// <param name="inBFloat16">Whether to send float32 numbers rounded to bfloat16.</param>
    internal Task BeginSum(Tensor values, bool inBFloat16)
    {
        MpiThread thread = Thread();
        nint address = AddressOf(values);
        long count = values.numel();
        bool isFloat64 = values.dtype == ScalarType.Float64;
        return thread.Post(() =>
        {
            if (inBFloat16 && !isFloat64)
                thread.Communicator.SumBFloat16((float*)address, count, thread.Scratch);
            else
                thread.Communicator.Sum((void*)address, count, isFloat64);
        });
    }

    /// <summary>Copies a tensor of rank 0 to all other processes.</summary>
    /// <param name="values">Contiguous, on the CPU.</param>
    internal void Broadcast(Tensor values)
    {
        nint address = AddressOf(values);
        long count = values.numel() * values.element_size();
        Thread().Run(() => Thread().Communicator.Broadcast((void*)address, count));
        GC.KeepAlive(values);
    }

    /// <summary>Copies numbers of rank 0 to all other processes.</summary>
    internal void Broadcast(Span<double> values)
    {
        if (Size == 1)
            return;
        fixed (double* start = values)
        {
            nint address = (nint)start;
            long count = values.Length * sizeof(double);
            Thread().Run(() => Thread().Communicator.Broadcast((void*)address, count));
        }
    }

    private static nint AddressOf(Tensor values) => (nint)System.Runtime.CompilerServices.Unsafe.AsPointer(ref MemoryMarshal.GetReference(values.bytes));

    private MpiThread Thread()
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        return _thread!;
    }

    private void ShareSeed()
    {
        // A double holds whole numbers of 53 bits.
        const int Bits = 32;
        long own = TorchRuntime.Seed;
        Span<double> halves = [own >> Bits, own & uint.MaxValue];
        Broadcast(halves);
        TorchRuntime.AdoptSeed(((long)halves[0] << Bits) | (long)halves[1]);
    }

    // A launcher may have bound processes to processors of their own, or left all of them to each. Those that may use the same share them.
    private void ShareProcessors()
    {
        if (Environment.GetEnvironmentVariable("OMP_NUM_THREADS") is not null)
            return;
        Span<double> all = new double[Size];
        all[Rank] = ProcessorSet.OfThisProcess();
        Sum(all);
        double own = all[Rank];
        TorchRuntime.Threads = Math.Max(1, Environment.ProcessorCount / all.Count(own));
    }
}
