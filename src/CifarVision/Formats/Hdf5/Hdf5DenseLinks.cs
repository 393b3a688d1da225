namespace CifarVision.Formats.Hdf5;

/// <summary>Links of an HDF5 group of the newer kind that has many: a tree of their names, and a heap that holds them.</summary>
internal sealed class Hdf5DenseLinks
{
    private const int BytesOfPrefix = 10;

    private readonly Hdf5Structure _file;
    private readonly string _group;
    private readonly List<(ulong Start, ulong End, byte[] Bytes)> _blocks = [];
    private readonly int _widthOfOffset;
    private readonly int _widthOfLength;

    /// <summary>Reads the heap.</summary>
    /// <param name="file">The file.</param>
    /// <param name="group">The path of the group.</param>
    /// <param name="heap">The address of the heap.</param>
    public Hdf5DenseLinks(Hdf5Structure file, string group, ulong heap)
    {
        (_file, _group) = (file, group);
        var head = new Hdf5Fields(file.Read(heap, 142));
        head.Require("FRHP"u8, 0);
        head.Take(2);
        int filters = head.UInt16();
        head.Take(1);
        ulong longest = (ulong)head.UInt32();
        head.Take(8 * sizeof(ulong));
        ulong huge = head.UInt64();
        head.Take(3 * sizeof(ulong));
        int width = head.UInt16();
        ulong first = head.UInt64();
        ulong last = head.UInt64();
        int bits = head.UInt16();
        head.Take(2);
        ulong root = head.UInt64();
        int rows = head.UInt16();
        if (filters > 0 || huge > 0 || bits is 0 or > 64)
            throw new InvalidDataException("the heap of its links is of a kind that is not supported.");
        _widthOfOffset = (bits + 7) / 8;
        _widthOfLength = WidthOf(Math.Min(last, longest));
        if (rows == 0)
            AddBlock(root, 0, first);
        else
            AddRows(root, width, rows, first, last);
    }

    /// <summary>Reads all links.</summary>
    /// <param name="tree">The address of the tree of names.</param>
    /// <exception cref="InvalidDataException">One is not to an object of the file, or the tree is damaged.</exception>
    public void Read(ulong tree)
    {
        var head = new Hdf5Fields(_file.Read(tree, 34));
        head.Require("BTHD"u8, 0);
        head.Take(1);
        int node = checked((int)head.UInt32());
        int record = head.UInt16();
        int depth = head.UInt16();
        head.Take(2);
        ulong root = head.UInt64();
        int count = head.UInt16();
        if (node < BytesOfPrefix + record || record < sizeof(uint) + 1 + _widthOfOffset + _widthOfLength)
            throw new InvalidDataException("the tree of its links is damaged.");
        if (count == 0)
            return;
        // The most records of a node and of all below it, by its level: pointers are as wide as these numbers need.
        var most = new List<ulong> { (ulong)((node - BytesOfPrefix) / record) };
        var all = new List<ulong> { most[0] };
        for (int level = 1; level <= depth; level++)
        {
            int pointer = sizeof(ulong) + WidthOf(most[0]) + (level > 1 ? WidthOf(all[level - 1]) : 0);
            if (node < BytesOfPrefix + record + (2 * pointer))
                throw new InvalidDataException("the tree of its links is damaged.");
            most.Add((ulong)((node - BytesOfPrefix - pointer) / (record + pointer)));
            all.Add(checked(((most[level] + 1) * all[level - 1]) + most[level]));
        }

        ReadNode(root, depth, count, record, most, all);
    }

    private void ReadNode(ulong address, int level, int count, int record, List<ulong> most, List<ulong> all)
    {
        int pointer = level == 0 ? 0 : sizeof(ulong) + WidthOf(most[0]) + (level > 1 ? WidthOf(all[level - 1]) : 0);
        var node = new Hdf5Fields(_file.Read(address, (ulong)(6 + ((long)count * record) + ((count + 1L) * pointer))));
        node.Require(level == 0 ? "BTLF"u8 : "BTIN"u8, 0);
        node.Take(1);
        for (int i = 0; i < count; i++)
        {
            var fields = new Hdf5Fields(node.Take(record));
            fields.Take(sizeof(uint));
            ReadLink(fields);
        }

        for (int i = 0; level > 0 && i <= count; i++)
        {
            ulong child = node.UInt64();
            ulong records = node.Number(WidthOf(most[0]));
            node.Take(level > 1 ? WidthOf(all[level - 1]) : 0);
            if (records > most[level - 1])
                throw new InvalidDataException("the tree of its links is damaged.");
            ReadNode(child, level - 1, (int)records, record, most, all);
        }
    }

    private void ReadLink(Hdf5Fields id)
    {
        const byte kind = 0x30;
        if ((id.Byte() & kind) != 0)
            throw new InvalidDataException("a link lies outside the heap of its group.");
        ulong offset = id.Number(_widthOfOffset);
        ulong length = id.Number(_widthOfLength);
        foreach ((ulong start, ulong end, byte[] bytes) in _blocks)
        {
            if (offset >= start && offset < end && length <= end - offset)
            {
                Hdf5Links.ReadLink(_file, _group, new Hdf5Fields(bytes.AsSpan((int)(offset - start), (int)length)));
                return;
            }
        }

        throw new InvalidDataException("a link lies outside the heap of its group.");
    }

    // Two rows of blocks of the first size, then each row's twice the size of the one before.
    private void AddRows(ulong root, int width, int rows, ulong first, ulong last)
    {
        int prefix = 5 + sizeof(ulong) + _widthOfOffset;
        var blocks = new Hdf5Fields(_file.Read(root, (ulong)prefix + ((ulong)rows * (ulong)width * sizeof(ulong))));
        blocks.Require("FHIB"u8, 0);
        blocks.Take(prefix - 5);
        ulong size = first;
        ulong start = 0;
        for (int row = 0; row < rows; row++)
        {
            size = row > 1 ? checked(size * 2) : size;
            if (size > last)
                throw new InvalidDataException("it has more links than are supported.");
            for (int column = 0; column < width; column++)
            {
                if (blocks.UInt64() is var block and not Hdf5Structure.Nowhere)
                    AddBlock(block, start, size);
                start = checked(start + size);
            }
        }
    }

    private void AddBlock(ulong address, ulong start, ulong size) => _blocks.Add((start, checked(start + size), _file.Read(address, size)));

    private static int WidthOf(ulong number)
    {
        int width = 1;
        while (width < sizeof(ulong) && number >> (8 * width) > 0)
            width++;
        return width;
    }
}
