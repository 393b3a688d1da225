using System.IO.MemoryMappedFiles;
using System.Text;

namespace CifarVision.Runtime.Natives;

/// <summary>The dynamic symbols and dependencies of a 64-bit little-endian ELF file, read without loading it.</summary>
/// <remarks>Source: System V Application Binary Interface, "Dynamic Linking"; the hash table is GNU's (<c>DT_GNU_HASH</c>).</remarks>
internal sealed class ElfFile : IDisposable
{
    private const uint DynamicSection = 6;
    private const uint SymbolSection = 11;
    private const uint HashSection = 0x6ffffff6;
    private const uint VersionSection = 0x6fffffff;
    private const long Needed = 1;
    private const long SymbolSize = 24;
    private const int Global = 1;

    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _image;
    private readonly Section _dynamic;
    private readonly Section _symbols;
    private readonly Section _hashes;
    private readonly Section _versions;

    private ElfFile(MemoryMappedFile file, MemoryMappedViewAccessor image)
    {
        (_file, _image) = (file, image);
        long table = image.ReadInt64(0x28);
        int size = image.ReadUInt16(0x3A);
        for (int i = 0; i < image.ReadUInt16(0x3C); i++)
        {
            long header = table + ((long)i * size);
            long strings = table + (image.ReadUInt32(header + 40) * (long)size);
            var section = new Section(image.ReadInt64(header + 24), image.ReadInt64(header + 32), image.ReadInt64(strings + 24));
            switch (image.ReadUInt32(header + 4))
            {
                case DynamicSection:
                    _dynamic = section;
                    break;
                case SymbolSection:
                    _symbols = section;
                    break;
                case HashSection:
                    _hashes = section;
                    break;
                case VersionSection:
                    _versions = section;
                    break;
                default:
                    break;
            }
        }
    }

    /// <summary>The position of a section in the file, and of its names.</summary>
    private readonly record struct Section(long Start, long Length, long Names);

    /// <summary>The file names of the libraries that the dynamic linker loads with this one, in order.</summary>
    public IReadOnlyList<string> Dependencies
    {
        get
        {
            var names = new List<string>();
            for (long entry = _dynamic.Start; entry < _dynamic.Start + _dynamic.Length; entry += 16)
            {
                if (_image.ReadInt64(entry) == Needed)
                    names.Add(Name(_dynamic.Names + _image.ReadInt64(entry + 8)));
            }

            return names;
        }
    }

    /// <summary>
    /// The symbols without a version that other libraries must define. Symbols with a version belong to the C and C++ libraries, and weak ones may be absent.
    /// </summary>
    public IReadOnlyList<string> Undefined
    {
        get
        {
            var names = new List<string>();
            for (long i = 1; i < _symbols.Length / SymbolSize; i++)
            {
                long symbol = _symbols.Start + (i * SymbolSize);
                bool isUndefined = _image.ReadUInt16(symbol + 6) == 0 && _image.ReadByte(symbol + 4) >> 4 == Global;
                if (isUndefined && (_versions.Length == 0 || (_image.ReadUInt16(_versions.Start + (2 * i)) & 0x7fff) <= 1))
                    names.Add(Name(_symbols.Names + _image.ReadUInt32(symbol)));
            }

            return names;
        }
    }

    /// <summary>Opens a file.</summary>
    /// <exception cref="InvalidDataException">The file is not such an ELF file, or is incomplete.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static ElfFile Open(string path)
    {
        MemoryMappedFile? file = null;
        MemoryMappedViewAccessor? image = null;
        try
        {
            file = MemoryMappedFile.CreateFromFile(path, FileMode.Open, mapName: null, capacity: 0, MemoryMappedFileAccess.Read);
            image = file.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read);
            if (image.ReadUInt32(0) != 0x464c457f || image.ReadUInt16(4) != 0x0102)
                throw new InvalidDataException($"ElfFile: {path} must be a 64-bit little-endian ELF file, but was something else.");
            return new ElfFile(file, image);
        }
        catch (Exception failure)
        {
            image?.Dispose();
            file?.Dispose();
            if (failure is ArgumentException)
                throw new InvalidDataException($"ElfFile: {path} must be a whole ELF file, but was cut off.", failure);
            throw;
        }
    }

    /// <summary>Whether the file defines a symbol.</summary>
    public bool Defines(string name)
    {
        if (_hashes.Length == 0)
            return false;
        byte[] wanted = Encoding.ASCII.GetBytes(name + '\0');
        uint hash = HashOf(name);
        uint buckets = _image.ReadUInt32(_hashes.Start);
        uint firstHashed = _image.ReadUInt32(_hashes.Start + 4);
        long bucketTable = _hashes.Start + 16 + (8L * _image.ReadUInt32(_hashes.Start + 8));
        long chains = bucketTable + (4L * buckets);
        long index = _image.ReadUInt32(bucketTable + (4L * (hash % buckets)));
        if (index < firstHashed)
            return false;
        for (; ; index++)
        {
            uint chain = _image.ReadUInt32(chains + (4L * (index - firstHashed)));
            long symbol = _symbols.Start + (index * SymbolSize);
            if ((chain | 1) == (hash | 1) && _image.ReadUInt16(symbol + 6) != 0 && IsAt(_symbols.Names + _image.ReadUInt32(symbol), wanted))
                return true;
            // The last symbol of a bucket.
            if ((chain & 1) != 0)
                return false;
        }
    }

    public void Dispose()
    {
        _image.Dispose();
        _file.Dispose();
    }

    private static uint HashOf(string name)
    {
        uint hash = 5381;
        foreach (char letter in name)
            hash = (hash * 33) + letter;
        return hash;
    }

    private bool IsAt(long position, byte[] wanted)
    {
        byte[] found = new byte[wanted.Length];
        return _image.ReadArray(position, found, 0, found.Length) == found.Length && found.AsSpan().SequenceEqual(wanted);
    }

    private string Name(long position)
    {
        var name = new StringBuilder();
        for (byte letter = _image.ReadByte(position); letter != 0; letter = _image.ReadByte(++position))
            name.Append((char)letter);
        return name.ToString();
    }
}
