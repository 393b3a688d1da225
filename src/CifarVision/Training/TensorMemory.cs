using System.Buffers;
using System.Runtime.InteropServices;

namespace CifarVision.Training;

/// <summary>The bytes of a tensor in host memory as <see cref="Memory{T}"/>, which other threads may fill. It keeps the tensor alive.</summary>
/// <param name="tensor">Contiguous, on the CPU; of at most 2 GB.</param>
internal sealed unsafe class TensorMemory(Tensor tensor) : MemoryManager<byte>
{
    private readonly byte* _address = (byte*)System.Runtime.CompilerServices.Unsafe.AsPointer(ref MemoryMarshal.GetReference(tensor.bytes));
    private readonly int _length = tensor.bytes.Length;

    public override Span<byte> GetSpan()
    {
        GC.KeepAlive(tensor);
        return new Span<byte>(_address, _length);
    }

    public override MemoryHandle Pin(int elementIndex = 0) => new(_address + elementIndex);

    public override void Unpin()
    {
    }

    protected override void Dispose(bool disposing)
    {
    }
}
