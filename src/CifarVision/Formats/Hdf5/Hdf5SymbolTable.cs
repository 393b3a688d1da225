namespace CifarVision.Formats.Hdf5;

/// <summary>Links of an HDF5 group of the older kind: a tree of tables, and a heap of names.</summary>
/// <param name="file">The file.</param>
/// <param name="group">The path of the group.</param>
internal sealed class Hdf5SymbolTable(Hdf5Structure file, string group)
{
    private const uint IsSoftLink = 2;

    private byte[] _names = [];

    /// <summary>Reads all links.</summary>
    /// <param name="tree">The address of the tree's root.</param>
    /// <param name="names">The address of the heap.</param>
    /// <exception cref="InvalidDataException">One is not to an object of the file, or the tree is damaged.</exception>
    public void Read(ulong tree, ulong names)
    {
        var heap = new Hdf5Fields(file.Read(names, 32));
        heap.Require("HEAP"u8, 0);
        heap.Take(3);
        ulong length = heap.UInt64();
        heap.Take(sizeof(ulong));
        _names = file.Read(heap.UInt64(), length);
        ReadNode(tree, level: null);
    }

    private void ReadNode(ulong address, int? level)
    {
        var head = new Hdf5Fields(file.Read(address, 24));
        // The kind of a tree of links is 0, where other blocks have their version.
        head.Require("TREE"u8, 0);
        byte own = head.Byte();
        if (level is { } expected && own != expected)
            throw new InvalidDataException(FormattableString.Invariant($"a node of its tree must be of level {expected}, but is of level {own}."));
        int count = head.UInt16();
        var children = new Hdf5Fields(file.Read(address + 24, (ulong)((2 * count) + 1) * sizeof(ulong)));
        for (int i = 0; i < count; i++)
        {
            children.Take(sizeof(ulong));
            ulong child = children.UInt64();
            if (own > 0)
                ReadNode(child, own - 1);
            else
                ReadTable(child);
        }
    }

    private void ReadTable(ulong address)
    {
        var head = new Hdf5Fields(file.Read(address, 8));
        head.Require("SNOD"u8, 1);
        head.Take(1);
        int count = head.UInt16();
        var entries = new Hdf5Fields(file.Read(address + 8, (ulong)count * 40));
        for (int i = 0; i < count; i++)
        {
            ReadOnlySpan<byte> name = Name(entries.UInt64());
            ulong target = entries.UInt64();
            long kind = entries.UInt32();
            entries.Take(4);
            // Where the link of a group repeats the contents of the group, which may be out of date.
            entries.Take(2 * sizeof(ulong));
            if (kind == IsSoftLink)
                throw Hdf5Structure.OtherLink(name);
            file.Add(group, name, target);
            file.NameBytes += _names.Length;
        }
    }

    private ReadOnlySpan<byte> Name(ulong start)
    {
        ReadOnlySpan<byte> rest = start < (ulong)_names.Length ? _names.AsSpan((int)start) : default;
        int length = rest.IndexOf((byte)0);
        return length >= 0 ? rest[..length] : throw new InvalidDataException("the name of a link lies outside the names of its group.");
    }
}
