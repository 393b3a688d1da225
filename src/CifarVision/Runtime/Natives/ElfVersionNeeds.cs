using System.Buffers.Binary;
using System.Text;

namespace CifarVision.Runtime.Natives;

/// <summary>The symbol versions that a 64-bit little-endian ELF file needs from its libraries (section <c>.gnu.version_r</c>).</summary>
/// <remarks>Source: Linux Standard Base, Core specification, "Symbol versioning".</remarks>
internal static class ElfVersionNeeds
{
    private const uint VersionNeedSection = 0x6ffffffe;
    private const int EntrySize = 16;
    private const byte WeakFlag = 2;

    /// <summary>Marks the need for a version as weak, so that the dynamic linker loads the file without it.</summary>
    /// <param name="image">The whole file; changed in place.</param>
    /// <param name="version">As <c>GLIBCXX_3.4.32</c>.</param>
    /// <returns>Whether the file has such a need.</returns>
    public static bool Weaken(Span<byte> image, string version)
    {
        ReadOnlySpan<byte> start = [0x7f, (byte)'E', (byte)'L', (byte)'F', 2, 1];
        if (!image.StartsWith(start))
            return false;
        byte[] wanted = Encoding.ASCII.GetBytes(version + '\0');
        long sections = U64(image, 0x28);
        int size = U16(image, 0x3A);
        int count = U16(image, 0x3C);
        bool found = false;
        for (int i = 0; i < count; i++)
        {
            long section = sections + ((long)i * size);
            if (U32(image, section + 4) != VersionNeedSection)
                continue;
            long strings = U64(image, sections + (U32(image, section + 40) * size) + 24);
            found |= WeakenIn(image, U64(image, section + 24), strings, wanted);
        }

        return found;
    }

    // A list of libraries, each with a list of versions; an entry holds the distance to the next one, 0 in the last.
    private static bool WeakenIn(Span<byte> image, long library, long strings, ReadOnlySpan<byte> wanted)
    {
        bool found = false;
        long toLibrary;
        do
        {
            long version = library + U32(image, library + 8);
            long toVersion;
            do
            {
                bool isWanted = Slice(image, strings + U32(image, version + 8), wanted.Length).SequenceEqual(wanted);
                if (isWanted && !Slice(image, version, EntrySize).IsEmpty)
                {
                    image[(int)version + 4] |= WeakFlag;
                    found = true;
                }

                toVersion = U32(image, version + 12);
                version += toVersion;
            }
            while (toVersion != 0);

            toLibrary = U32(image, library + 12);
            library += toLibrary;
        }
        while (toLibrary != 0);

        return found;
    }

    // What lies outside the image reads as 0, which ends every list: a damaged file is searched as far as it goes.
    private static ushort U16(ReadOnlySpan<byte> image, long at) =>
        Slice(image, at, sizeof(ushort)) is { IsEmpty: false } bytes ? BinaryPrimitives.ReadUInt16LittleEndian(bytes) : default;

    private static long U32(ReadOnlySpan<byte> image, long at) =>
        Slice(image, at, sizeof(uint)) is { IsEmpty: false } bytes ? BinaryPrimitives.ReadUInt32LittleEndian(bytes) : default;

    private static long U64(ReadOnlySpan<byte> image, long at) =>
        Slice(image, at, sizeof(long)) is { IsEmpty: false } bytes ? BinaryPrimitives.ReadInt64LittleEndian(bytes) : default;

    private static ReadOnlySpan<byte> Slice(ReadOnlySpan<byte> image, long at, int length) =>
        at >= 0 && at <= image.Length - length ? image.Slice((int)at, length) : [];
}
