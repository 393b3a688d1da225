using System.Buffers.Binary;
using System.Text;

namespace CifarVision.Formats.Hdf5;

/// <summary>A block of an HDF5 file, read field by field. A field that would end outside the block is an error.</summary>
/// <param name="block">The bytes.</param>
internal ref struct Hdf5Fields(ReadOnlySpan<byte> block)
{
    private ReadOnlySpan<byte> _rest = block;

    /// <summary>The number of bytes that are left.</summary>
    public readonly int Left => _rest.Length;

    public byte Byte() => Take(1)[0];

    public int UInt16() => BinaryPrimitives.ReadUInt16LittleEndian(Take(sizeof(ushort)));

    public long UInt32() => BinaryPrimitives.ReadUInt32LittleEndian(Take(sizeof(uint)));

    /// <summary>A length or an address; <see cref="ulong.MaxValue"/> is HDF5's undefined address.</summary>
    public ulong UInt64() => BinaryPrimitives.ReadUInt64LittleEndian(Take(sizeof(ulong)));

    /// <summary>A number of 1 to 8 bytes.</summary>
    public ulong Number(int width)
    {
        Span<byte> padded = stackalloc byte[sizeof(ulong)];
        padded.Clear();
        Take(width).CopyTo(padded);
        return BinaryPrimitives.ReadUInt64LittleEndian(padded);
    }

    public ReadOnlySpan<byte> Take(long count)
    {
        if (count < 0 || count > _rest.Length)
            throw new EndOfStreamException(FormattableString.Invariant($"a field of {count} bytes does not fit into the {_rest.Length} that are left of its block."));
        ReadOnlySpan<byte> taken = _rest[..(int)count];
        _rest = _rest[(int)count..];
        return taken;
    }

    /// <summary>Reads four letters, and a version that must be the only one there is.</summary>
    public void Require(ReadOnlySpan<byte> signature, byte version)
    {
        ReadOnlySpan<byte> found = Take(signature.Length);
        if (!found.SequenceEqual(signature) || Byte() != version)
            throw new InvalidDataException($"a block must begin with {Encoding.ASCII.GetString(signature)} and version {version}, but begins with {Convert.ToHexString(found)}.");
    }
}
