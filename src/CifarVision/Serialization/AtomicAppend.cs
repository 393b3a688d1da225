namespace CifarVision.Serialization;

/// <summary>Appends to a file all bytes or none, so that a full disk leaves no half line or record.</summary>
internal static class AtomicAppend
{
    /// <summary>Appends bytes to a file, which is created if needed, and closes it.</summary>
    /// <exception cref="IOException">They could not be written; the message names the file, which is as it was.</exception>
    public static void Write(string path, ReadOnlySpan<byte> bytes)
    {
        // Unbuffered, so that the bytes are one write of the system.
        using var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.Read, bufferSize: 0);
        long length = file.Length;
        file.Position = length;
        try
        {
            file.Write(bytes);
        }
        catch (Exception error) when (WriteError.Is(error))
        {
            file.SetLength(length);
            throw WriteError.Of(Path.GetFullPath(path), error);
        }
    }
}
