using System.Buffers;
using System.Runtime.InteropServices;
using CifarVision.Runtime;

namespace CifarVision.Saving;

/// <summary>The values of an array as <see cref="Memory{T}"/>, without a copy where they are contiguous.</summary>
/// <param name="array">Kept alive as long as the memory is.</param>
internal sealed unsafe class ArrayMemory<T>(NDArray array) : MemoryManager<T>
    where T : unmanaged
{
    [NDBorrowed]
    private readonly NDArray _array = np.ascontiguousarray(array);

    public override Span<T> GetSpan() => MemoryMarshal.Cast<byte, T>(ArrayConversion.Bytes(_array));

    // The values lie outside the managed heap, where nothing moves them.
    public override MemoryHandle Pin(int elementIndex = 0) => new((T*)ArrayConversion.Address(_array) + elementIndex);

    public override void Unpin()
    {
    }

    protected override void Dispose(bool disposing)
    {
    }
}
