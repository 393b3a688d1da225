using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using CifarVision.Runtime.Natives;

namespace CifarVision.Tests.Runtime.Natives;

public class ElfVersionNeedsTests
{
    private const int FlagsOffset = 4;
    private const int EntrySize = 16;

    [Fact]
    public void Weaken_NeededVersion_SetsItsWeakFlagAndNothingElse()
    {
        byte[] before = Image(out int firstEntry, "CXX_1.1", "CXX_1.2");
        byte[] image = [.. before];

        Assert.True(ElfVersionNeeds.Weaken(image, "CXX_1.2"));

        int flags = firstEntry + EntrySize + FlagsOffset;
        Assert.Equal(before[flags] | 2, image[flags]);
        image[flags] = before[flags];
        Assert.Equal(before, image);
    }

    [Fact]
    public void Weaken_SecondTime_ChangesNothing()
    {
        byte[] image = Image(out _, "CXX_1.1");
        Assert.True(ElfVersionNeeds.Weaken(image, "CXX_1.1"));
        byte[] once = [.. image];

        Assert.True(ElfVersionNeeds.Weaken(image, "CXX_1.1"));

        Assert.Equal(once, image);
    }

    [Theory]
    [InlineData("CXX_1.3")]
    [InlineData("CXX_1")]
    [InlineData("CXX_1.10")]
    public void Weaken_VersionThatIsNotNeeded_ReturnsFalseAndChangesNothing(string version)
    {
        byte[] before = Image(out _, "CXX_1.1", "CXX_1.2");
        byte[] image = [.. before];

        Assert.False(ElfVersionNeeds.Weaken(image, version));

        Assert.Equal(before, image);
    }

    [Fact]
    public void Weaken_ImageCutAnywhere_ReadsNothingBehindItsEnd()
    {
        byte[] image = Image(out _, "CXX_1.1", "CXX_1.2");
        for (int length = 0; length < image.Length; length++)
        {
            byte[] cut = image[..length];
            ElfVersionNeeds.Weaken(cut, "CXX_1.2");
        }
    }

    [Fact]
    public void Weaken_EveryByteDamagedInTurn_ReadsNothingOutside()
    {
        byte[] image = Image(out _, "CXX_1.1", "CXX_1.2");
        for (int at = 0; at < image.Length; at++)
        {
            foreach (byte value in (byte[])[0, 1, 0x7f, 0x80, 0xff])
            {
                byte[] damaged = [.. image];
                damaged[at] = value;
                ElfVersionNeeds.Weaken(damaged, "CXX_1.2");
            }
        }
    }

    [Theory]
    [InlineData(0, 0x7e)]
    [InlineData(4, 1)]
    [InlineData(5, 2)]
    public void Weaken_NoElfOf64BitLittleEndian_ReturnsFalse(int at, byte value)
    {
        byte[] image = Image(out _, "CXX_1.1");
        image[at] = value;

        Assert.False(ElfVersionNeeds.Weaken(image, "CXX_1.1"));
    }

    [Theory]
    [InlineData("GLIBCXX_3.4.30", true)]
    [InlineData("GLIBCXX_3.4.32", true)]
    [InlineData("GLIBCXX_3.4.33", false)]
    public void Weaken_LibraryOfTorchSharp_HasTheNeedsThatAreWeakened(string version, bool expected)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && RuntimeInformation.ProcessArchitecture == Architecture.X64, "a Linux library");
        byte[] image = File.ReadAllBytes(NativeFiles.Find(NativeFiles.Bridge, typeof(torch).Assembly).First());

        Assert.Equal(expected, ElfVersionNeeds.Weaken(image, version));
    }

    /// <summary>Header, names, two libraries of which the second needs the versions, and a section table that points at both.</summary>
    private static byte[] Image(out int firstEntry, params string[] versions)
    {
        const int Header = 64, SectionSize = 64, Names = Header;
        byte[] names = Encoding.ASCII.GetBytes("\0OLD_1.0\0" + string.Join('\0', versions) + "\0");
        int needs = Names + names.Length;
        int secondLibrary = needs + (2 * EntrySize);
        firstEntry = secondLibrary + EntrySize;
        int sections = firstEntry + (versions.Length * EntrySize);
        byte[] image = new byte[sections + (3 * SectionSize)];

        ((ReadOnlySpan<byte>)[0x7f, (byte)'E', (byte)'L', (byte)'F', 2, 1]).CopyTo(image);
        Write(image, 0x28, (ulong)sections);
        Write(image, 0x3A, (ushort)SectionSize);
        Write(image, 0x3C, (ushort)3);
        names.CopyTo(image, Names);

        // A library: version 1, number of entries, file name, distance to its entries, distance to the next library.
        WriteLibrary(image, needs, entries: 1, next: 2 * EntrySize);
        WriteEntry(image, needs + EntrySize, name: 1, next: 0);
        WriteLibrary(image, secondLibrary, versions.Length, next: 0);
        int name = 9;
        for (int i = 0; i < versions.Length; i++)
        {
            WriteEntry(image, firstEntry + (i * EntrySize), name, next: i + 1 < versions.Length ? EntrySize : 0);
            name += versions[i].Length + 1;
        }

        int strings = sections + SectionSize;
        Write(image, strings + 24, (ulong)Names);
        int section = strings + SectionSize;
        Write(image, section + 4, 0x6ffffffeu);
        Write(image, section + 24, (ulong)needs);
        Write(image, section + 40, 1u);
        return image;
    }

    private static void WriteLibrary(byte[] image, int at, int entries, int next)
    {
        Write(image, at, (ushort)1);
        Write(image, at + 2, (ushort)entries);
        Write(image, at + 8, (uint)EntrySize);
        Write(image, at + 12, (uint)next);
    }

    private static void WriteEntry(byte[] image, int at, int name, int next)
    {
        Write(image, at, 0x12345678u);
        Write(image, at + 4, (ushort)0);
        Write(image, at + 6, (ushort)7);
        Write(image, at + 8, (uint)name);
        Write(image, at + 12, (uint)next);
    }

    private static void Write(byte[] image, int at, ushort value) => BinaryPrimitives.WriteUInt16LittleEndian(image.AsSpan(at), value);

    private static void Write(byte[] image, int at, uint value) => BinaryPrimitives.WriteUInt32LittleEndian(image.AsSpan(at), value);

    private static void Write(byte[] image, int at, ulong value) => BinaryPrimitives.WriteUInt64LittleEndian(image.AsSpan(at), value);
}
