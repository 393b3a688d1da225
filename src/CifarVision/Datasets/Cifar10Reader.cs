using System.Formats.Tar;
using System.IO.Compression;
using System.Runtime.ExceptionServices;

namespace CifarVision.Datasets;

/// <summary>Reads the six batch files, from a folder or from the archive, which is not unpacked to disk.</summary>
internal static class Cifar10Reader
{
    /// <summary>Reads the training and the test images.</summary>
    /// <param name="location">The folder of the batch files, or the archive.</param>
    public static (Cifar10Records Train, Cifar10Records Test) Read(string location) =>
        File.Exists(location) ? ReadArchive(location) : ReadFolder(location);

    private static (Cifar10Records Train, Cifar10Records Test) ReadFolder(string folder)
    {
        string[] files = Array.ConvertAll(Cifar10Layout.Names, name => Path.Combine(folder, name));
        foreach (string file in files)
        {
            if (!File.Exists(file))
                throw new FileNotFoundException(Cifar10Layout.Missing(Path.GetFileName(file), folder), file);
        }

        int[] counts = Array.ConvertAll(files, file => Cifar10Layout.CountRecords(new FileInfo(file).Length, file));
        var train = new Cifar10Records(counts[..^1].Sum());
        var test = new Cifar10Records(counts[^1]);
        int[] starts = [.. counts[..^1].Select((_, i) => counts[..i].Sum()), 0];

        // Most of the time is spent in the first write to each memory page, which runs in parallel.
        try
        {
            Parallel.For(0, files.Length, Cifar10Records.NewBuffer, ReadFile, static _ => { });
        }
        catch (AggregateException failures)
        {
            ExceptionDispatchInfo.Throw(failures.InnerExceptions[0]);
        }

        for (int i = 0; i < files.Length; i++)
            RecordsOf(i).RequireLabels(starts[i], counts[i], files[i]);
        return (train, test);

        byte[] ReadFile(int file, ParallelLoopState state, byte[] buffer)
        {
            using var stream = new FileStream(files[file], FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, FileOptions.SequentialScan);
            RecordsOf(file).Read(stream, starts[file], counts[file], buffer);
            return buffer;
        }

        Cifar10Records RecordsOf(int file) => file == files.Length - 1 ? test : train;
    }

    private static (Cifar10Records Train, Cifar10Records Test) ReadArchive(string archive)
    {
        Dictionary<string, Cifar10Records> members = ReadMembers(archive);
        foreach (string name in Cifar10Layout.Names)
        {
            if (!members.TryGetValue(name, out Cifar10Records? records))
                throw new InvalidDataException(Cifar10Layout.Missing(name, archive));
            records.RequireLabels(0, records.Count, $"{name} of {archive}");
        }

        // Members may have any order and any number of records, so their positions are known only at the end.
        Cifar10Records[] parts = Array.ConvertAll(Cifar10Layout.TrainNames, name => members[name]);
        var train = new Cifar10Records(parts.Sum(part => part.Count));
        int start = 0;
        foreach (Cifar10Records part in parts)
        {
            train.TakeOver(part, start);
            start += part.Count;
        }

        return (train, members[Cifar10Layout.TestName]);
    }

    private static Dictionary<string, Cifar10Records> ReadMembers(string archive)
    {
        var members = new Dictionary<string, Cifar10Records>();
        byte[] buffer = Cifar10Records.NewBuffer();
        using FileStream file = File.OpenRead(archive);
        using var gzip = new GZipStream(file, CompressionMode.Decompress);
        using var tar = new TarReader(gzip);
        while (Unpack(archive, () => tar.GetNextEntry()) is { } entry)
        {
            string name = entry.Name[(entry.Name.LastIndexOf('/') + 1)..];
            if (!Cifar10Layout.Names.Contains(name))
                continue;
            Unpack(archive, () => RequirePresent(name, entry.Length, file.Length));
            var records = new Cifar10Records(Cifar10Layout.CountRecords(entry.Length, $"{name} of {archive}"));
            Unpack(archive, () => records.Read(entry.DataStream!, 0, records.Count, buffer));
            members[name] = records;
        }

        // The checksum follows the last member and is verified only when it is read.
        Unpack(archive, () => gzip.CopyTo(Stream.Null));
        return members;
    }

    // Before memory is taken for it: deflate shrinks to a 1032nd at most.
    private static void RequirePresent(string name, long length, long archiveLength)
    {
        const long most = 1032;
        if (length > most * archiveLength)
            throw new InvalidDataException(FormattableString.Invariant($"{name} declares {length} bytes, which an archive of {archiveLength} bytes cannot hold."));
    }

    private static T Unpack<T>(string archive, Func<T> step)
    {
        try
        {
            return step();
        }
        // The tar reader has a kind of its own for each damaged field.
        catch (Exception error) when (error is InvalidDataException or EndOfStreamException or OverflowException or InvalidOperationException or NotSupportedException or ArgumentException or FormatException)
        {
            throw new InvalidDataException(
                $"Cifar10Dataset: {archive} must be a complete .tar.gz archive, but could not be unpacked: {error.Message} Replace it with {Cifar10Layout.Address}.", error);
        }
    }

    private static void Unpack(string archive, Action step) => Unpack(archive, () =>
    {
        step();
        return true;
    });
}
