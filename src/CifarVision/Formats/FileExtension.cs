namespace CifarVision.Formats;

/// <summary>The file extensions that determine the format of models and weights.</summary>
internal static class FileExtension
{
    /// <summary>Keras 3's format of whole models.</summary>
    public const string Keras = ".keras";

    /// <summary>Keras' legacy format.</summary>
    public const string H5 = ".h5";

    /// <summary>Keras 3's format of weights.</summary>
    public const string WeightsH5 = ".weights.h5";

    /// <summary>NumPy's archives of arrays.</summary>
    public const string Npz = ".npz";

    /// <summary>The format of PyTorch users.</summary>
    public const string Safetensors = ".safetensors";

    // Another extension of the legacy format, which examples of Keras 2 use.
    private const string Hdf5 = ".hdf5";

    /// <summary>Returns the first of some extensions that a path ends with, where .hdf5 counts as .h5; null if there is none.</summary>
    public static string? Of(string path, params ReadOnlySpan<string> extensions)
    {
        foreach (string extension in extensions)
        {
            if (EndsWith(path, extension) || (extension == H5 && EndsWith(path, Hdf5)))
                return extension;
        }

        return null;
    }

    private static bool EndsWith(string path, string extension) => path.EndsWith(extension, StringComparison.OrdinalIgnoreCase);
}
