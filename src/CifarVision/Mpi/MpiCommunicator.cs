using System.Diagnostics;

namespace CifarVision.Mpi;

/// <summary>
/// The collective calls, made by the communication thread alone. No call of MPI blocks: those of Open MPI spin while they wait, and take the
/// processor from the computation. A request is tested instead, with short sleeps between.
/// </summary>
internal sealed unsafe class MpiCommunicator
{
    private const int Funneled = 1;
    private const int DepartureTag = 0;
    private const int LargestCount = 1 << 28;
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    private readonly MpiLibrary _mpi;
    private readonly Action _doUrgent;
    private readonly nint _departures;
    private readonly nint _urgent;
    private readonly nint* _departure = Allocate<nint>();
    private readonly int* _departing = Allocate<int>();
    private readonly List<int> _departed = [];

    /// <summary>Starts MPI.</summary>
    /// <param name="mpi">The library.</param>
    /// <param name="doUrgent">Does the urgent work there is; called while a request is waited for.</param>
    public MpiCommunicator(MpiLibrary mpi, Action doUrgent)
    {
        (_mpi, _doUrgent) = (mpi, doUrgent);
        int number;
        Check(mpi.InitThread(null, null, Funneled, &number), "MPI_Init_thread");
        if (number < Funneled)
            throw new NotSupportedException($"MpiWorld: MPI must allow calls from one thread of several (MPI_THREAD_FUNNELED), but {mpi.Version} does not. Use a build of it with threads.");
        Check(mpi.GetRank(mpi.World, &number), "MPI_Comm_rank");
        Rank = number;
        Check(mpi.GetSize(mpi.World, &number), "MPI_Comm_size");
        Size = number;
        nint node;
        Check(mpi.SplitByKind(mpi.World, mpi.SameNode, 0, mpi.NoInfo, &node), "MPI_Comm_split_type");
        Check(mpi.GetRank(node, &number), "MPI_Comm_rank");
        LocalRank = number;
        (_departures, _urgent) = (Duplicate(), Duplicate());
        ExpectDeparture();
    }

    public int Rank { get; }

    public int Size { get; }

    public int LocalRank { get; }

    /// <summary>Sums numbers over all ranks, in place.</summary>
    /// <param name="values">The numbers.</param>
    /// <param name="count">How many.</param>
    /// <param name="isFloat64">Whether they are of 64 bits; else of 32.</param>
    public void Sum(void* values, long count, bool isFloat64)
    {
        int bytes = isFloat64 ? sizeof(double) : sizeof(float);
        for (long start = 0; start < count; start += LargestCount)
        {
            nint request;
            int part = (int)Math.Min(LargestCount, count - start);
            Check(_mpi.AllReduce(_mpi.InPlace, (byte*)values + (start * bytes), part, isFloat64 ? _mpi.Float64 : _mpi.Float32, _mpi.AddUp, _mpi.World, &request), "MPI_Iallreduce");
            Wait(&request);
        }
    }

    /// <summary>Sums float64 numbers over all ranks, in place, while other sums may be under way: it has a communicator of its own.</summary>
    public void SumUrgently(double* values, int count)
    {
        nint request;
        Check(_mpi.AllReduce(_mpi.InPlace, values, count, _mpi.Float64, _mpi.AddUp, _urgent, &request), "MPI_Iallreduce");
        Wait(&request, meanwhile: null);
    }

    /// <summary>
    /// Sums float32 numbers over all ranks, in place, with bfloat16 on the wire, for which MPI has no sum: each rank gets one part of the numbers from all,
    /// adds them up in float32, and gives the sums to all, rounded to bfloat16. It is half the bytes of <see cref="Sum"/>.
    /// </summary>
    /// <param name="values">The numbers.</param>
    /// <param name="count">How many.</param>
    /// <param name="scratch">Memory for the rounded numbers, kept from call to call.</param>
    public void SumBFloat16(float* values, long count, BFloat16Scratch scratch)
    {
        for (long start = 0; start < count; start += LargestCount)
        {
            int part = (int)Math.Min(LargestCount, count - start);
            int share = (part + Size - 1) / Size;
            scratch.Resize(share * Size, share);
            var numbers = new Span<float>(values + start, part);
            BFloat16Numbers.Round(numbers, scratch.Sent);
            nint request;
            Check(_mpi.AllToAll(scratch.SentAddress, share * sizeof(ushort), _mpi.Byte, scratch.ReceivedAddress, share * sizeof(ushort), _mpi.Byte, _mpi.World, &request), "MPI_Ialltoall");
            Wait(&request);
            BFloat16Numbers.Sum(scratch.Received, scratch.Sums);
            BFloat16Numbers.Round(scratch.Sums, scratch.Sent[..share]);
            Check(_mpi.AllGather(scratch.SentAddress, share * sizeof(ushort), _mpi.Byte, scratch.ReceivedAddress, share * sizeof(ushort), _mpi.Byte, _mpi.World, &request), "MPI_Iallgather");
            Wait(&request);
            BFloat16Numbers.Widen(scratch.Received[..part], numbers);
        }
    }

    /// <summary>Copies bytes of rank 0 to all other ranks.</summary>
    public void Broadcast(void* values, long count)
    {
        for (long start = 0; start < count; start += LargestCount)
        {
            nint request;
            Check(_mpi.Broadcast((byte*)values + start, (int)Math.Min(LargestCount, count - start), _mpi.Byte, 0, _mpi.World, &request), "MPI_Ibcast");
            Wait(&request);
        }
    }

    /// <summary>Tells the others that this rank has come to its end, waits until all have, and finishes MPI.</summary>
    public void Leave()
    {
        int* own = Allocate<int>();
        *own = Rank;
        nint* requests = Allocate<nint>(Size);
        for (int rank = 0; rank < Size; rank++)
        {
            if (rank != Rank)
                Check(_mpi.Send(own, sizeof(int), _mpi.Byte, rank, DepartureTag, _departures, requests + rank), "MPI_Isend");
        }

        for (int rank = 0; rank < Size; rank++)
        {
            if (rank != Rank)
                Poll(requests + rank, () => NoteDepartures());
        }

        while (_departed.Count < Size - 1)
        {
            NoteDepartures();
            Thread.Sleep(1);
        }

        Check(_mpi.Finish(), "MPI_Finalize");
    }

    private nint Duplicate()
    {
        nint copy;
        Check(_mpi.Duplicate(_mpi.World, &copy), "MPI_Comm_dup");
        return copy;
    }

    private void Wait(nint* request) => Wait(request, _doUrgent);

    private void Wait(nint* request, Action? meanwhile)
    {
        long? since = null;
        Poll(request, () =>
        {
            meanwhile?.Invoke();
            NoteDepartures();
            if (_departed.Count == 0)
                return;
            since ??= Stopwatch.GetTimestamp();
            if (Stopwatch.GetElapsedTime(since.Value) > Grace)
            {
                throw new InvalidOperationException(FormattableString.Invariant(
                    $"MpiWorld: every rank must make the same calls until the end, but rank {string.Join(", ", _departed.Order())} has ended while rank {Rank} still waits for it. Look at what that rank wrote, and let all ranks call Fit, Evaluate and Predict alike."));
            }
        });
    }

    private void Poll(nint* request, Action meanwhile)
    {
        int done = 0;
        for (int polls = 0; ; polls++)
        {
            Check(_mpi.Test(request, &done, _mpi.NoStatus), "MPI_Test");
            if (done != 0)
                return;
            meanwhile();
            Pause.After(polls);
        }
    }

    private void NoteDepartures()
    {
        if (_departed.Count == Size - 1)
            return;
        int done;
        Check(_mpi.Test(_departure, &done, _mpi.NoStatus), "MPI_Test");
        if (done == 0)
            return;
        _departed.Add(*_departing);
        ExpectDeparture();
    }

    private void ExpectDeparture()
    {
        if (_departed.Count < Size - 1)
            Check(_mpi.Receive(_departing, sizeof(int), _mpi.Byte, _mpi.AnySource, DepartureTag, _departures, _departure), "MPI_Irecv");
    }

    private void Check(int code, string call)
    {
        if (code != 0)
            throw new InvalidOperationException(FormattableString.Invariant($"MpiWorld: {call} must succeed, but {_mpi.Version} returned {code}."));
    }

    // MPI writes there until the process ends.
    private static T* Allocate<T>(int count = 1)
        where T : unmanaged => (T*)System.Runtime.InteropServices.NativeMemory.AllocZeroed((nuint)count, (nuint)sizeof(T));
}
