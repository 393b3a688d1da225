using System.IO.Compression;
using CifarVision.Runtime;
using NumSharp.IO;

namespace CifarVision.Formats;

/// <summary>Named arrays in a NumPy archive (.npz): a zip of .npy files, read by <c>numpy.load</c>. Values are read on demand.</summary>
internal sealed class NpzFile : IDisposable
{
    private const string MemberEnding = ".npy";

    // Above this, members shrink so much that they are checked only when they are used.
    private const long MostTimes = 4;
    private const long FreeBytes = 1 << 26;

    private readonly ZipArchive _archive;
    private readonly bool _isChecked;

    private NpzFile(FileStream stream, string path)
    {
        _archive = new ZipArchive(stream, ZipArchiveMode.Read);
        _isChecked = _archive.Entries.Sum(entry => entry.Length) <= (MostTimes * stream.Length) + FreeBytes;
        foreach (ZipArchiveEntry entry in _isChecked ? _archive.Entries : [])
            ZipMember.RequireChecksum(entry);
        Arrays = _archive.Entries.ToDictionary(
            entry => entry.FullName.EndsWith(MemberEnding, StringComparison.Ordinal) ? entry.FullName[..^MemberEnding.Length] : entry.FullName,
            entry => Stored(entry, stream.Length, path));
    }

    /// <summary>All arrays by name.</summary>
    public IReadOnlyDictionary<string, StoredArray> Arrays { get; }

    // Not np.savez, which needs all arrays in NumSharp's memory first: that alone took longer than writing the file.
    public static void Write(Stream stream, IReadOnlyList<(string Name, Tensor Values)> arrays)
    {
        using var archive = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true);
        foreach ((string name, Tensor values) in arrays)
        {
            using Stream entry = StoredMember.Create(archive, name + MemberEnding);
            // Only the type and the shape of the array are used; its memory is never touched.
            NpyFormat.WriteArrayHeader(entry, NpyFormat.HeaderDataFromArray(ArrayConversion.Empty(values.shape, values.dtype)));
            values.WriteTo(entry);
        }
    }

    /// <summary>Opens an archive.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is not such an archive, or is damaged.</exception>
    public static NpzFile Open(string path)
    {
        FileStream stream = KerasFormat.OpenRead(path);
        try
        {
            return new NpzFile(stream, path);
        }
        catch (Exception error)
        {
            stream.Dispose();
            if (IsDamage(error))
                throw Damaged(path, error);
            throw;
        }
    }

    public void Dispose() => _archive.Dispose();

    private StoredArray Stored(ZipArchiveEntry entry, long fileLength, string path)
    {
        using Stream member = entry.Open();
        (long[] shape, ScalarType type, bool isPlain) = NpyHeader.Read(member, entry.FullName);
        // Before memory is taken for it.
        ZipMember.RequirePresent(entry, fileLength);
        long bytes = shape.Aggregate((long)type.ElementSize(), (product, dim) => checked(product * dim));
        if (bytes > entry.Length)
            throw new InvalidDataException(FormattableString.Invariant($"the member {entry.FullName} declares {bytes} bytes of values, but has {entry.Length}."));
        return new StoredArray(shape, type, values => Fill(entry, path, shape, type, isPlain, values));
    }

    private void Fill(ZipArchiveEntry entry, string path, long[] shape, ScalarType type, bool isPlain, Span<byte> values)
    {
        try
        {
            if (!_isChecked)
                ZipMember.RequireChecksum(entry);
            using Stream member = entry.Open();
            if (isPlain)
            {
                _ = NpyHeader.Read(member, entry.FullName);
                member.ReadExactly(values);
                return;
            }

            NDArray stored = NpyFormat.ReadArray(member, false, NpyHeader.Longest);
            NDArray array = np.ascontiguousarray(stored);
            if (!array.shape.AsSpan().SequenceEqual(shape) || ArrayConversion.ElementType(array) != type)
                throw new InvalidDataException($"the header of {entry.FullName} can be read in two ways.");
            ArrayConversion.Bytes(array).CopyTo(values);
            GC.KeepAlive(array);
        }
        catch (Exception error) when (IsDamage(error))
        {
            throw Damaged(path, error);
        }
    }

    // A damaged member is one of several kinds to the zip reader and to NumSharp.
    private static bool IsDamage(Exception error) =>
        error is InvalidDataException or FormatException or EndOfStreamException or ArgumentException or NotSupportedException or OverflowException or InvalidOperationException;

    private static InvalidDataException Damaged(string path, Exception error) =>
        new($"NpzFile: {path} must be a NumPy archive of numeric arrays, but could not be read: {error.Message} Save it again.", error);
}
