namespace CifarVision.Formats.Hdf5;

/// <summary>What the header of an array in an HDF5 file declares of its values: how many, of which size, and where they are.</summary>
internal struct Hdf5Storage
{
    private const byte Compact = 0;
    private const byte Contiguous = 1;
    private const byte Chunked = 2;
    private const byte VariableLength = 9;

    private byte _class;
    private ulong? _count;
    private long? _width;
    private byte? _layout;
    private ulong _address;
    private ulong? _length;
    private long? _shuffled;

    /// <summary>Checks that a value for elements that were never written is as long as it declares.</summary>
    /// <param name="message">The message, behind its version.</param>
    /// <param name="version">0 for the old message, which has none.</param>
    public static void RequireFillValue(Hdf5Fields message, int version)
    {
        const byte isDefined = 32;
        bool hasValue = version == 0 || (version < 3 ? message.Take(3)[2] != 0 : (message.Byte() & isDefined) != 0);
        if (hasValue)
            message.Take(message.UInt32());
    }

    /// <summary>Checks that an attribute holds as many bytes as it declares, and that its texts are in the file.</summary>
    public static void RequireAttribute(Hdf5Structure file, Hdf5Fields message)
    {
        byte version = message.Byte();
        bool isShared = message.Byte() != 0 && version > 1;
        int nameLength = message.UInt16();
        int typeLength = message.UInt16();
        int spaceLength = message.UInt16();
        message.Take(version == 3 ? 1 : 0);
        // Version 1 fills each part to a multiple of 8 bytes.
        int unit = version == 1 ? 8 : 1;
        message.Take(Padded(nameLength, unit));
        if (isShared)
            throw new InvalidDataException("one of its attributes shares its type with another object, which is not supported.");
        var storage = default(Hdf5Storage);
        storage.ReadDatatype(new Hdf5Fields(message.Take(Padded(typeLength, unit))));
        storage.ReadDataspace(new Hdf5Fields(message.Take(Padded(spaceLength, unit))));
        if (storage.Bytes > (ulong)message.Left)
            throw new InvalidDataException(FormattableString.Invariant($"one of its attributes declares {storage.Bytes} bytes, but holds {message.Left}."));
        // Each text is a length, the address of a heap, and a number in it.
        for (ulong i = 0; storage._class == VariableLength && i < storage._count; i++)
        {
            message.Take(sizeof(uint));
            file.RequireHeap(message.UInt64());
            message.Take(sizeof(uint));
        }
    }

    public void ReadDataspace(Hdf5Fields message)
    {
        byte version = message.Byte();
        byte rank = message.Byte();
        message.Take(1);
        byte kind = message.Byte();
        message.Take(version == 1 ? 4 : 0);
        const byte none = 2;
        ulong count = version > 1 && kind == none ? 0UL : 1UL;
        for (int i = 0; i < rank; i++)
            count = checked(count * message.UInt64());
        _count = count;
    }

    public void ReadDatatype(Hdf5Fields message)
    {
        _class = (byte)(message.Byte() & 15);
        message.Take(3);
        _width = message.UInt32();
    }

    public void ReadFilters(Hdf5Fields message) => _shuffled = Hdf5Filters.Read(message);

    public void ReadLayout(Hdf5Fields message)
    {
        byte version = message.Byte();
        byte layout = message.Byte();
        int rank = layout;
        if (version < 3)
        {
            layout = message.Byte();
            message.Take(5);
        }

        _layout = layout;
        switch (layout)
        {
            case Compact when version < 3:
                message.Take(rank * sizeof(uint));
                _length = (ulong)message.UInt32();
                break;
            case Compact:
                _length = (ulong)message.UInt16();
                break;
            case Contiguous:
                _address = message.UInt64();
                _length = version < 3 ? null : message.UInt64();
                break;
            case > Chunked:
                throw new InvalidDataException("its values must be in the array itself, but it is a virtual dataset, which is not read.");
        }
    }

    /// <summary>Checks that the values are in the file; those of chunks are looked for when they are read.</summary>
    public readonly void Require(long fileLength)
    {
        if (_shuffled is { } width && width != _width)
            throw new InvalidDataException(FormattableString.Invariant($"its values of {_width} bytes are shuffled as if they had {width}."));
        ulong bytes = Bytes;
        if (_layout is null or Chunked || bytes == 0)
            return;
        ulong behind = _layout != Contiguous ? ulong.MaxValue : (ulong)fileLength - Math.Min(_address, (ulong)fileLength);
        ulong stored = Math.Min(_length ?? ulong.MaxValue, behind);
        if (bytes > stored)
            throw new InvalidDataException(FormattableString.Invariant($"it declares {bytes} bytes, but {stored} are stored."));
    }

    private readonly ulong Bytes => checked((_count ?? 0) * (ulong)(_width ?? 0));

    private static int Padded(int length, int unit) => (length + unit - 1) / unit * unit;
}
