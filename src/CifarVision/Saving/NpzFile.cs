using CifarVision.Runtime;

namespace CifarVision.Saving;

/// <summary>Named arrays in a NumPy archive (.npz): a zip of .npy files, read by <c>numpy.load</c>.</summary>
internal static class NpzFile
{
    public static void Write(string path, IEnumerable<KeyValuePair<string, NDArray>> arrays) =>
        AtomicFile.Write(path, stream => np.savez(stream, new Dictionary<string, NDArray>(arrays)));

    public static IReadOnlyDictionary<string, NDArray> Read(string path)
    {
        if (!File.Exists(path))
            throw new FileNotFoundException($"NpzFile: there is no file {Path.GetFullPath(path)}.", path);
        try
        {
            using FileStream stream = File.OpenRead(path);
            using var archive = np.load_npz(stream);
            return archive.Keys.ToDictionary(name => name, name => archive[name]);
        }
        catch (Exception error) when (error is InvalidDataException or FormatException or EndOfStreamException or ArgumentException)
        {
            throw new InvalidDataException($"NpzFile: {path} must be a NumPy archive of numeric arrays, but could not be read: {error.Message} Save it again.", error);
        }
    }
}
