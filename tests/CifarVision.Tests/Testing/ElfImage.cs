using System.Buffers.Binary;
using System.Text;

namespace CifarVision.Tests.Testing;

/// <summary>A library file that has nothing but the names of those it depends on.</summary>
internal static class ElfImage
{
    private const int Header = 64;
    private const int SectionSize = 64;

    public static void Write(string path, params string[] dependencies)
    {
        byte[] names = Encoding.ASCII.GetBytes("\0" + string.Concat(dependencies.Select(name => name + "\0")));
        int dynamic = Header + names.Length;
        int sections = dynamic + (16 * dependencies.Length);
        byte[] image = new byte[sections + (2 * SectionSize)];
        ((ReadOnlySpan<byte>)[0x7f, (byte)'E', (byte)'L', (byte)'F', 2, 1]).CopyTo(image);
        Set(0x28, sections);
        image[0x3A] = SectionSize;
        image[0x3C] = 2;
        names.CopyTo(image, Header);
        int name = 1;
        for (int i = 0; i < dependencies.Length; i++)
        {
            // DT_NEEDED and where in the names.
            Set(dynamic + (16 * i), 1);
            Set(dynamic + (16 * i) + 8, name);
            name += dependencies[i].Length + 1;
        }

        // The names; then SHT_DYNAMIC, whose names are those of section 0.
        Set(sections + 24, Header);
        int section = sections + SectionSize;
        image[section + 4] = 6;
        Set(section + 24, dynamic);
        Set(section + 32, 16L * dependencies.Length);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, image);

        void Set(int at, long value) => BinaryPrimitives.WriteInt64LittleEndian(image.AsSpan(at), value);
    }
}
