using CifarVision.Runtime;

namespace CifarVision.Saving;

/// <summary>Named arrays in a NumPy archive (.npz): a zip of .npy files, read by <c>numpy.load</c>.</summary>
internal static class NpzFile
{
    public static void Write(string path, IEnumerable<KeyValuePair<string, NDArray>> arrays) =>
        AtomicFile.Write(path, stream => np.savez(stream, new Dictionary<string, NDArray>(arrays)));

    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">It is no such archive, or damaged.</exception>
    public static IReadOnlyDictionary<string, StoredArray> Read(string path)
    {
        using FileStream stream = KerasFormat.OpenRead(path);
        try
        {
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
