using System.Runtime.InteropServices;

namespace CifarVision.Runtime;

/// <summary>
/// Large blocks of memory from Linux, kept for the next tensor of about the size. A training step asks for the same sizes again and again,
/// and glibc would map each block over 32 MB anew and give it back at once, so that every use of it began with page faults.
/// </summary>
internal sealed partial class BlockCache
{
    private const long PageSize = 4096;
    private const long HugePageSize = 2 << 20;

    // Successive blocks begin at other places of their first page, or the streams of one operation would fall on the same lines of the cache.
    private const long Stagger = 4096 + 64;
    private const int StaggerSteps = 16;

    // sys/mman.h
    private const int ReadWrite = 3;
    private const int PrivateAnonymous = 0x22;
    private const int HugePages = 14;

    private readonly SortedSet<(long Size, nint Address)> _free = [];
    private readonly Dictionary<nint, (long Size, nint Mapping)> _blocks = [];
    private readonly Lock _gate = new();
    private int _mappings;

    /// <summary>Bytes mapped, in use or not.</summary>
    public long MappedBytes { get; private set; }

    /// <summary>Whether a block begins there, in use or not.</summary>
    public bool Owns(nint address)
    {
        lock (_gate)
            return _blocks.ContainsKey(address);
    }

    /// <summary>A block of at least so many bytes, aligned to 64; 0 if there is no memory.</summary>
    public nint Take(long bytes)
    {
        lock (_gate)
        {
            // A larger block serves as well: that of a full batch for the smaller last one.
            (long Size, nint Address) block = _free.GetViewBetween((bytes, 0), (2 * bytes, nint.MaxValue)).Min;
            if (block.Address != 0)
                _free.Remove(block);
            else if ((block = Map(bytes)).Address == 0 && ReleaseFree())
                block = Map(bytes);
            return block.Address;
        }
    }

    /// <summary>Takes a block back; false if it is none of this cache's.</summary>
    public bool Give(nint address)
    {
        lock (_gate)
        {
            if (!_blocks.TryGetValue(address, out (long Size, nint Mapping) block))
                return false;
            _free.Add((block.Size, address));
            return true;
        }
    }

    private (long Size, nint Address) Map(long bytes)
    {
        long offset = _mappings % StaggerSteps * Stagger;
        long length = RoundUp(bytes + offset, PageSize);

        // More than needed, and cut to begin with a huge page.
        nint start = mmap(0, (nuint)(length + HugePageSize), ReadWrite, PrivateAnonymous, -1, 0);
        if (start == -1)
            return default;
        nint mapping = (nint)RoundUp(start, HugePageSize);
        Unmap(start, mapping - start);
        Unmap((nint)(mapping + length), start + HugePageSize - mapping);
        _ = madvise(mapping, (nuint)length, HugePages);

        _mappings++;
        MappedBytes += length;
        (long Size, nint Address) block = (length - offset, (nint)(mapping + offset));
        _blocks.Add(block.Address, (block.Size, mapping));
        return block;
    }

    private bool ReleaseFree()
    {
        bool any = _free.Count > 0;
        foreach ((long size, nint address) in _free)
        {
            nint mapping = _blocks[address].Mapping;
            Unmap(mapping, size + (address - mapping));
            MappedBytes -= size + (address - mapping);
            _blocks.Remove(address);
        }

        _free.Clear();
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
