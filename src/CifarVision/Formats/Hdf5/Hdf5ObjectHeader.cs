namespace CifarVision.Formats.Hdf5;

/// <summary>
/// The header of a group or an array in an HDF5 file: a list of messages, in one block or several. Reads those that lead elsewhere or declare
/// sizes.
/// </summary>
/// <param name="file">The file.</param>
/// <param name="place">The object.</param>
internal sealed class Hdf5ObjectHeader(Hdf5Structure file, Hdf5Place place)
{
    private const byte IsShared = 2;
    private const byte TracksOrder = 4;
    private const byte HasPhases = 16;
    private const byte HasTimes = 32;

    private readonly Queue<(ulong Address, ulong Length)> _continuations = [];
    private Hdf5Storage _storage;

    /// <summary>Whether it is a group's.</summary>
    public bool IsGroup { get; private set; }

    /// <summary>Reads all messages and follows the links of a group.</summary>
    public void Read()
    {
        byte[] start = file.Read(place.Address, 6);
        if (start[0] == 1)
        {
            var prefix = new Hdf5Fields(file.Read(place.Address + 6, 10));
            prefix.Take(2);
            ReadOld(new Hdf5Fields(file.Read(place.Address + 16, (ulong)prefix.UInt32())));
            while (_continuations.TryDequeue(out (ulong Address, ulong Length) block))
                ReadOld(new Hdf5Fields(file.Read(block.Address, block.Length)));
        }
        else
        {
            var signature = new Hdf5Fields(start);
            signature.Require("OHDR"u8, 2);
            byte flags = signature.Byte();
            int width = 1 << (flags & 3);
            int before = ((flags & HasTimes) != 0 ? 16 : 0) + ((flags & HasPhases) != 0 ? 4 : 0);
            var prefix = new Hdf5Fields(file.Read(place.Address + 6, (ulong)(before + width)));
            prefix.Take(before);
            ulong length = prefix.Number(width);
            ReadNew(new Hdf5Fields(file.Read(place.Address + 6 + (ulong)(before + width), length)), flags);
            while (_continuations.TryDequeue(out (ulong Address, ulong Length) block))
            {
                var fields = new Hdf5Fields(file.Read(block.Address, block.Length));
                fields.Take(4);
                ReadNew(new Hdf5Fields(fields.Take(fields.Left - 4)), flags);
            }
        }
    }

    /// <summary>Checks that an array's values are in the file.</summary>
    public void RequireStored(long fileLength) => _storage.Require(fileLength);

    private void ReadOld(Hdf5Fields block)
    {
        while (block.Left > 0)
        {
            int type = block.UInt16();
            int length = block.UInt16();
            byte flags = block.Byte();
            block.Take(3);
            ReadMessage(type, flags, new Hdf5Fields(block.Take(length)));
        }
    }

    private void ReadNew(Hdf5Fields block, byte headerFlags)
    {
        int prefix = 4 + ((headerFlags & TracksOrder) != 0 ? 2 : 0);
        // A gap shorter than a message may follow the last one.
        while (block.Left > prefix)
        {
            int type = block.Byte();
            int length = block.UInt16();
            byte flags = block.Byte();
            block.Take(prefix - 4);
            ReadMessage(type, flags, new Hdf5Fields(block.Take(length)));
        }
    }

    private void ReadMessage(int type, byte flags, Hdf5Fields message)
    {
        if ((flags & IsShared) != 0)
            throw new InvalidDataException("its header shares a message with another object, which is not supported.");
        switch (type)
        {
            case 0x01:
                _storage.ReadDataspace(message);
                break;
            case 0x02:
                ReadLinkInfo(message);
                break;
            case 0x03:
                _storage.ReadDatatype(message);
                break;
            case 0x04:
                Hdf5Storage.RequireFillValue(message, version: 0);
                break;
            case 0x05:
                byte version = message.Byte();
                Hdf5Storage.RequireFillValue(message, version);
                break;
            case 0x06:
                IsGroup = true;
                Hdf5Links.ReadLink(file, place.Path, message);
                break;
            case 0x07:
                throw new InvalidDataException("its values must be in the file itself, but are in another file, which is not read.");
            case 0x08:
                _storage.ReadLayout(message);
                break;
            case 0x0b:
                _storage.ReadFilters(message);
                break;
            case 0x0c:
                Hdf5Storage.RequireAttribute(file, message);
                break;
            case 0x10:
                _continuations.Enqueue((message.UInt64(), message.UInt64()));
                break;
            case 0x11:
                IsGroup = true;
                new Hdf5SymbolTable(file, place.Path).Read(message.UInt64(), message.UInt64());
                break;
        }
    }

    private void ReadLinkInfo(Hdf5Fields message)
    {
        IsGroup = true;
        message.Take(1);
        message.Take((message.Byte() & 1) != 0 ? sizeof(ulong) : 0);
        ulong heap = message.UInt64();
        ulong names = message.UInt64();
        if (names != Hdf5Structure.Nowhere)
            new Hdf5DenseLinks(file, place.Path, heap).Read(names);
    }
}
