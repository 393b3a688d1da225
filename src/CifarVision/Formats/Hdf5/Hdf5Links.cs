namespace CifarVision.Formats.Hdf5;

/// <summary>Links of an HDF5 group of the newer kind, as its header or its heap holds them.</summary>
internal static class Hdf5Links
{
    private const byte HasKind = 8;
    private const byte HasOrder = 4;
    private const byte HasEncoding = 16;

    /// <summary>Reads one link.</summary>
    /// <exception cref="InvalidDataException">It is not to an object of the file.</exception>
    public static void ReadLink(Hdf5Structure file, string group, Hdf5Fields link)
    {
        link.Take(1);
        byte flags = link.Byte();
        byte kind = (flags & HasKind) != 0 ? link.Byte() : (byte)0;
        link.Take((flags & HasOrder) != 0 ? sizeof(ulong) : 0);
        link.Take((flags & HasEncoding) != 0 ? 1 : 0);
        ulong length = link.Number(1 << (flags & 3));
        ReadOnlySpan<byte> name = link.Take(length > int.MaxValue ? -1 : (long)length);
        if (kind != 0)
            throw Hdf5Structure.OtherLink(name);
        file.Add(group, name, link.UInt64());
    }
}
