namespace CifarVision.Serialization;

/// <summary>Exceptions of files that cannot be written, and the one that names the file instead of a temporary one.</summary>
internal static class WriteError
{
    /// <summary>Whether an exception says that a file could not be written.</summary>
    // FileStream reports a file that becomes larger than the file system or the process allows, such as 4 GB on FAT, as a bad argument.
    public static bool Is(Exception error) => error is IOException or ArgumentOutOfRangeException { ParamName: "value" };

    /// <summary>Creates the exception for the user.</summary>
    /// <param name="path">The file or folder.</param>
    /// <param name="error">The exception of the system.</param>
    public static IOException Of(string path, Exception error) => new($"'{path}' could not be written: {error.Message}", error);
}
