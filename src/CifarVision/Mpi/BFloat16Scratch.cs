using System.Runtime.InteropServices;

namespace CifarVision.Mpi;

/// <summary>Memory for the exchange of rounded numbers, kept from one exchange to the next.</summary>
internal sealed unsafe class BFloat16Scratch : IDisposable
{
    private int _all;
    private int _share;
    private int _allCapacity;
    private int _shareCapacity;
    private float* _sums;

    /// <summary>The numbers to send.</summary>
    public Span<ushort> Sent => new(SentAddress, _all);

    /// <summary>The numbers received.</summary>
    public Span<ushort> Received => new(ReceivedAddress, _all);

    /// <summary>The sums of this rank's part.</summary>
    public Span<float> Sums => new(_sums, _share);

    public ushort* SentAddress { get; private set; }

    public ushort* ReceivedAddress { get; private set; }

    /// <summary>Makes room.</summary>
    /// <param name="all">How many numbers are sent and received.</param>
    /// <param name="share">How many this rank sums.</param>
    public void Resize(int all, int share)
    {
        (_all, _share) = (all, share);
        if (all > _allCapacity)
        {
            SentAddress = (ushort*)NativeMemory.Realloc(SentAddress, (nuint)all * sizeof(ushort));
            ReceivedAddress = (ushort*)NativeMemory.Realloc(ReceivedAddress, (nuint)all * sizeof(ushort));
            _allCapacity = all;
        }

        if (share > _shareCapacity)
        {
            _sums = (float*)NativeMemory.Realloc(_sums, (nuint)share * sizeof(float));
            _shareCapacity = share;
        }
    }

    public void Dispose()
    {
        NativeMemory.Free(SentAddress);
        NativeMemory.Free(ReceivedAddress);
        NativeMemory.Free(_sums);
        SentAddress = null;
        ReceivedAddress = null;
        _sums = null;
        (_allCapacity, _shareCapacity, _all, _share) = (0, 0, 0, 0);
    }
}
