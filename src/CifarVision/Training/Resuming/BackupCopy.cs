namespace CifarVision.Training.Resuming;

/// <summary>A backup on the disk of rank 0, copied to the other processes, which may run on other machines.</summary>
internal static class BackupCopy
{
    private const int ChunkBytes = 1 << 26;

    /// <summary>Returns the path of the backup in each process: for rank 0 the file itself, for others a temporary copy; null where there is none.</summary>
    /// <param name="file">The file of rank 0, or null.</param>
    /// <param name="distribution">The processes. Every one must call it.</param>
    public static string? Share(string? file, Distribution distribution)
    {
        if (distribution.Size == 1)
            return file;
        long length = (long)distribution.Broadcast(file is null ? -1 : new FileInfo(file).Length);
        if (length < 0)
            return null;
        bool isSource = distribution.Rank == 0;
        string path = isSource ? file! : Path.GetTempFileName();
        using FileStream stream = isSource ? File.OpenRead(path) : File.Create(path);
        while (stream.Position < length)
        {
            using Tensor chunk = torch.zeros(Math.Min(ChunkBytes, length - stream.Position), ScalarType.Byte, torch.CPU);
            if (isSource)
                stream.ReadExactly(chunk.bytes);
            distribution.Broadcast([chunk]);
            if (!isSource)
                stream.Write(chunk.bytes);
        }

        return path;
    }
}
