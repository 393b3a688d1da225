using System.IO.Compression;
using CifarVision.Runtime;
using NumSharp.IO;

namespace CifarVision.Formats;

/// <summary>Named arrays in a NumPy archive (.npz): a zip of .npy files, read by <c>numpy.load</c>.</summary>
internal static class NpzFile
{
    // Not np.savez, which needs all arrays in NumSharp's memory first: that alone took longer than writing the file.
    public static void Write(Stream stream, IReadOnlyList<(string Name, Tensor Values)> arrays)
    {
        using var archive = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true);
        foreach ((string name, Tensor values) in arrays)
        {
            using Stream entry = StoredMember.Create(archive, $"{name}.npy");
            // Only the type and the shape of the array are used; its memory is never touched.
            NpyFormat.WriteArrayHeader(entry, NpyFormat.HeaderDataFromArray(ArrayConversion.Empty(values.shape, values.dtype)));
            values.WriteTo(entry);
        }
    }

    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is not such an archive, or is damaged.</exception>
    public static IReadOnlyDictionary<string, StoredArray> Read(string path)
    {
        using FileStream stream = KerasFormat.OpenRead(path);
        try
        {
            ZipChecksum.RequireAll(stream);
            stream.Position = 0;
            using var archive = np.load_npz(stream);
            return archive.Keys.ToDictionary(name => name, name => Stored(archive[name]));
        }
        catch (Exception error) when (error is InvalidDataException or FormatException or EndOfStreamException or ArgumentException)
        {
            throw new InvalidDataException($"NpzFile: {path} must be a NumPy archive of numeric arrays, but could not be read: {error.Message} Save it again.", error);
        }
    }

    private static StoredArray Stored(NDArray array)
    {
        NDArray contiguous = np.ascontiguousarray(array);
        return new StoredArray(array.shape, ArrayConversion.ElementType(contiguous), values =>
        {
            ArrayConversion.Bytes(contiguous).CopyTo(values);
            GC.KeepAlive(contiguous);
        });
    }
}
