using System.Text;

namespace CifarVision.Formats.Hdf5;

/// <summary>
/// Walks the groups of an HDF5 file before PureHDF reads it, because PureHDF follows links into other files and in circles, reads headers past
/// their end, and allocates what a file declares. Here every block is read once and lies inside the file, so the walk ends.
/// </summary>
/// <remarks>The format: "HDF5 File Format Specification", version 3.0, https://docs.hdfgroup.org/hdf5/develop/_f_m_t3.html.</remarks>
internal sealed class Hdf5Structure
{
    /// <summary>The undefined address.</summary>
    public const ulong Nowhere = ulong.MaxValue;

    private const int LongestPath = 4096;

    private readonly Stream _stream;
    private readonly HashSet<ulong> _groups = [];
    private readonly HashSet<ulong> _heaps = [];
    private readonly HashSet<ulong> _objects = [];
    private readonly Queue<Hdf5Place> _pending = [];

    private Hdf5Structure(Stream stream) => _stream = stream;

    /// <summary>The first bytes of a file.</summary>
    public static ReadOnlySpan<byte> Signature => [0x89, (byte)'H', (byte)'D', (byte)'F', (byte)'\r', (byte)'\n', 0x1a, (byte)'\n'];

    /// <summary>The bytes of all blocks read so far. Blocks of a sound file do not overlap.</summary>
    public long BlockBytes { get; private set; }

    /// <summary>The bytes that PureHDF reads of the names of a group for each of its links, over all groups.</summary>
    public long NameBytes { get; set; }

    /// <summary>Checks a file.</summary>
    /// <param name="stream">The file; can seek.</param>
    /// <param name="source">The name of the file, for messages.</param>
    /// <returns>How many bytes reading its structure may take.</returns>
    /// <exception cref="InvalidDataException">The structure is damaged, leads in a circle, or refers to other files; the message names the part.</exception>
    public static long Require(Stream stream, string source)
    {
        var structure = new Hdf5Structure(stream);
        string part = "its head";
        try
        {
            structure._pending.Enqueue(new Hdf5Place("", structure.RootAddress()));
            while (structure._pending.TryDequeue(out Hdf5Place? place))
            {
                part = place.Path.Length == 0 ? "its root" : place.Path;
                structure.Visit(place);
            }
        }
        catch (Exception error) when (error is InvalidDataException or EndOfStreamException or OverflowException)
        {
            throw new InvalidDataException($"Hdf5Reader: {source} must be a whole HDF5 file, but {part} could not be read: {error.Message} Save or copy it again.", error);
        }

        return structure.BlockBytes + structure.NameBytes;
    }

    /// <summary>Reads a block.</summary>
    public byte[] Read(ulong address, ulong length)
    {
        if (address > (ulong)_stream.Length || length > (ulong)_stream.Length - address)
            throw new InvalidDataException(FormattableString.Invariant($"a block of {length} bytes at {address} lies outside the {_stream.Length} bytes of the file."));
        BlockBytes += (long)length;
        if (BlockBytes > _stream.Length)
            throw new InvalidDataException("its blocks overlap.");
        byte[] block = new byte[length];
        _stream.Position = (long)address;
        _stream.ReadExactly(block);
        return block;
    }

    /// <summary>Checks that the texts of a heap lie inside it.</summary>
    /// <param name="address">The address of the heap; 0 or undefined for an empty text.</param>
    public void RequireHeap(ulong address)
    {
        if (address is 0 or Nowhere || !_heaps.Add(address))
            return;
        const int head = 16;
        var prefix = new Hdf5Fields(Read(address, head));
        prefix.Require("GCOL"u8, 1);
        prefix.Take(3);
        ulong length = prefix.UInt64();
        var texts = new Hdf5Fields(Read(address + head, length - Math.Min(length, head)));
        while (texts.Left >= head && texts.UInt16() != 0)
        {
            texts.Take(6);
            ulong bytes = texts.UInt64();
            texts.Take(bytes > int.MaxValue ? -1 : ((long)bytes + 7) / 8 * 8);
        }
    }

    /// <summary>Remembers the object that a link of a group leads to.</summary>
    /// <param name="group">The path of the group.</param>
    /// <param name="name">The name of the link.</param>
    /// <param name="address">The address of the object's header.</param>
    public void Add(string group, ReadOnlySpan<byte> name, ulong address)
    {
        if (group.Length + name.Length > LongestPath)
            throw new InvalidDataException(FormattableString.Invariant($"the path of a link is longer than {LongestPath} bytes."));
        string text = Encoding.UTF8.GetString(name);
        _pending.Enqueue(new Hdf5Place(group.Length == 0 ? text : $"{group}/{text}", address));
    }

    /// <summary>The error for a link that is not to an object of the file.</summary>
    public static InvalidDataException OtherLink(ReadOnlySpan<byte> name) =>
        new($"the link '{Encoding.UTF8.GetString(name)}' must lead to an object of the same file, but is a soft or external link, which is not followed.");

    private ulong RootAddress()
    {
        var head = new Hdf5Fields(Read(0, 12));
        if (!head.Take(8).SequenceEqual(Signature))
            throw new InvalidDataException("it does not begin with the signature of HDF5.");
        byte version = head.Byte();
        if (version > 3)
            throw new InvalidDataException($"its version {version} is not known.");
        bool isOld = version < 2;
        if (isOld)
        {
            head = new Hdf5Fields(Read(12, version == 1 ? 64u : 60u));
            head.Take(1);
        }

        (byte Address, byte Length) widths = (head.Byte(), head.Byte());
        if (widths != (sizeof(ulong), sizeof(ulong)))
            throw new InvalidDataException($"its addresses and lengths must have 8 bytes, but have {widths.Address} and {widths.Length}.");
        if (isOld)
            head.Take(version == 1 ? 13 : 9);
        else
            head = new Hdf5Fields(Read(12, 32));
        ulong start = head.UInt64();
        if (start != 0)
            throw new InvalidDataException($"its addresses must count from its first byte, but count from {start}.");
        // Before the root: free space, end, driver information and a name; or an extension and the end.
        head.Take((isOld ? 4 : 2) * sizeof(ulong));
        return head.UInt64();
    }

    private void Visit(Hdf5Place place)
    {
        if (!_objects.Add(place.Address))
        {
            // Keras' groups form a tree. Of groups that contain each other twice, PureHDF would walk every path.
            if (_groups.Contains(place.Address))
                throw new InvalidDataException("it is a group that another link leads to, too.");
            return;
        }

        var header = new Hdf5ObjectHeader(this, place);
        header.Read();
        if (header.IsGroup)
            _groups.Add(place.Address);
        else
            header.RequireStored(_stream.Length);
    }
}
