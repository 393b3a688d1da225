using System.Runtime.InteropServices;

namespace CifarVision.Runtime.Natives;

/// <summary>
/// Caches large memory blocks on Linux for the next tensor of about the same size. A training step allocates the same sizes again and again, and glibc
/// would map and unmap each block over 32 MB every time, so that every use began with page faults.
/// </summary>
/// <remarks>
/// Torch calls this during its operations, so no managed memory is allocated here, not even by a lock: that could start a garbage collection, which frees
/// scalars that code outside this library passes to torch without keeping them alive.
/// </remarks>
internal sealed partial class BlockCache
{
    private const int MostBlocks = 4096;
    private const long PageSize = 4096;
    private const long HugePageSize = 2 << 20;

    // Successive blocks begin at different offsets in their first page; otherwise the tensors of one operation would compete for the same cache lines.
    private const long Stagger = 4096 + 64;
    private const int StaggerSteps = 16;

    // sys/mman.h
    private const int ReadWrite = 3;
    private const int PrivateAnonymous = 0x22;
    private const int HugePages = 14;

    private readonly Block[] _blocks = new Block[MostBlocks];
    private int _count;
    private int _mappings;
    private SpinLock _gate = new(enableThreadOwnerTracking: false);

    private struct Block
    {
        public nint Address;
        public long Size;
        public nint Mapping;
        public bool IsFree;

        public readonly long MappedSize => Size + (Address - Mapping);
    }

    /// <summary>The mapped bytes, in use or not.</summary>
    public long MappedBytes { get; private set; }

    /// <summary>Whether a block begins at an address, in use or not.</summary>
    public bool Owns(nint address)
    {
        Enter();
        bool isOwn = IndexOf(address) >= 0;
        _gate.Exit();
        return isOwn;
    }

    /// <summary>Returns a block of at least the given size, aligned to 64 bytes; 0 if there is no memory.</summary>
    public nint Take(long bytes)
    {
        Enter();
        int index = SmallestFree(bytes);
        if (index < 0)
            index = Map(bytes);
        if (index < 0 && ReleaseFree())
            index = Map(bytes);
        nint address = 0;
        if (index >= 0)
        {
            _blocks[index].IsFree = false;
            address = _blocks[index].Address;
        }

        _gate.Exit();
        return address;
    }

    /// <summary>Returns a block to the cache; false if it does not belong to the cache.</summary>
    public bool Give(nint address)
    {
        Enter();
        int index = IndexOf(address);
        if (index >= 0)
            _blocks[index].IsFree = true;
        _gate.Exit();
        return index >= 0;
    }

    private void Enter()
    {
        bool isTaken = false;
        _gate.Enter(ref isTaken);
    }

    // A slightly larger block may be used, for example that of a full batch for the smaller last one.
    private int SmallestFree(long bytes)
    {
        int best = -1;
        for (int i = 0; i < _count; i++)
        {
            ref readonly Block block = ref _blocks[i];
            if (block.IsFree && block.Size >= bytes && block.Size <= 2 * bytes && (best < 0 || block.Size < _blocks[best].Size))
                best = i;
        }

        return best;
    }

    private int IndexOf(nint address)
    {
        for (int i = 0; i < _count; i++)
        {
            if (_blocks[i].Address == address)
                return i;
        }

        return -1;
    }

    private int Map(long bytes)
    {
        if (_count == MostBlocks)
            return -1;
        long offset = _mappings % StaggerSteps * Stagger;
        long length = RoundUp(bytes + offset, PageSize);

        // Maps more than needed, and trims it to begin at a huge page.
        nint start = mmap(0, (nuint)(length + HugePageSize), ReadWrite, PrivateAnonymous, -1, 0);
        if (start == -1)
            return -1;
        nint mapping = (nint)RoundUp(start, HugePageSize);
        Unmap(start, mapping - start);
        Unmap((nint)(mapping + length), start + HugePageSize - mapping);
        _ = madvise(mapping, (nuint)length, HugePages);

        _mappings++;
        MappedBytes += length;
        _blocks[_count] = new Block { Address = (nint)(mapping + offset), Size = length - offset, Mapping = mapping };
        return _count++;
    }

    private bool ReleaseFree()
    {
        int kept = 0;
        for (int i = 0; i < _count; i++)
        {
            Block block = _blocks[i];
            if (!block.IsFree)
            {
                _blocks[kept++] = block;
                continue;
            }

            Unmap(block.Mapping, block.MappedSize);
            MappedBytes -= block.MappedSize;
        }

        bool any = kept < _count;
        _count = kept;
        return any;
    }

    private static long RoundUp(long value, long unit) => (value + unit - 1) / unit * unit;

    private static void Unmap(nint address, long length)
    {
        if (length > 0)
            _ = munmap(address, (nuint)length);
    }

    [LibraryImport("libc")]
    private static partial nint mmap(nint address, nuint length, int protection, int flags, int file, nint offset);

    [LibraryImport("libc")]
    private static partial int munmap(nint address, nuint length);

    [LibraryImport("libc")]
    private static partial int madvise(nint address, nuint length, int advice);
}
