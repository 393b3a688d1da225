using System.Formats.Tar;
using System.IO.Compression;
using CifarVision.Datasets;

namespace CifarVision.Benchmarks.Peers;

/// <summary>CIFAR-10 on disk, as six files and as the archive. What is missing of the two is made of the other, or both are drawn, in a temporary folder.</summary>
internal sealed class Cifar10Files : IDisposable
{
    private readonly string _temporary = Directory.CreateTempSubdirectory("cifarvision-benchmarks-").FullName;

    private Cifar10Files(string? folder, string? archive, int recordsPerFile)
    {
        Folder = folder ?? (archive is null ? Draw(recordsPerFile) : Unpack(archive));
        Archive = archive ?? Pack(Folder);
    }

    /// <summary>The folder of the six files.</summary>
    public string Folder { get; }

    /// <summary>cifar-10-binary.tar.gz.</summary>
    public string Archive { get; }

    /// <summary>Finds the data at a path, or at CIFARVISION_DATA; without either, draws it.</summary>
    /// <exception cref="FileNotFoundException">A path was given, but there is no data.</exception>
    public static Cifar10Files Prepare(string? path, int recordsPerFile)
    {
        path ??= Environment.GetEnvironmentVariable(Cifar10Source.Variable);
        if (string.IsNullOrEmpty(path))
            return new Cifar10Files(null, null, recordsPerFile);
        string? folder = new[] { path, Path.Combine(path, Cifar10Layout.FolderName) }
            .FirstOrDefault(folder => Cifar10Layout.Names.All(name => File.Exists(Path.Combine(folder, name))));
        string? archive = new[] { path, Path.Combine(path, Cifar10Layout.ArchiveName) }.FirstOrDefault(File.Exists);
        return folder is null && archive is null
            ? throw new FileNotFoundException($"--data must be a folder with {Cifar10Layout.FolderName} or {Cifar10Layout.ArchiveName}, or that archive, but was {path}.", path)
            : new Cifar10Files(folder, archive, recordsPerFile);
    }

    /// <summary>Reads the bytes of the six files and drops them.</summary>
    public void ReadAll()
    {
        foreach (string name in Cifar10Layout.Names)
            File.ReadAllBytes(Path.Combine(Folder, name));
    }

    public void Dispose() => Directory.Delete(_temporary, recursive: true);

    // The sum of two numbers packs about as badly as photographs do; evenly random bytes would not be packed at all, and so be read faster.
    private string Draw(int recordsPerFile)
    {
        var random = new Random(1);
        var second = new byte[recordsPerFile * Cifar10Layout.RecordBytes];
        foreach (string name in Cifar10Layout.Names)
        {
            var bytes = new byte[second.Length];
            random.NextBytes(bytes);
            random.NextBytes(second);
            for (int i = 0; i < bytes.Length; i++)
                bytes[i] = (byte)((bytes[i] >> 1) + (second[i] >> 1));
            for (int i = 0; i < bytes.Length; i += Cifar10Layout.RecordBytes)
                bytes[i] = (byte)random.Next(Cifar10Layout.ClassNames.Length);
            File.WriteAllBytes(Path.Combine(_temporary, name), bytes);
        }

        return _temporary;
    }

    private string Unpack(string archive)
    {
        using FileStream file = File.OpenRead(archive);
        using var gzip = new GZipStream(file, CompressionMode.Decompress);
        TarFile.ExtractToDirectory(gzip, _temporary, overwriteFiles: false);
        return Path.Combine(_temporary, Cifar10Layout.FolderName);
    }

    private string Pack(string folder)
    {
        string archive = Path.Combine(_temporary, Cifar10Layout.ArchiveName);
        using FileStream file = File.Create(archive);
        using var gzip = new GZipStream(file, CompressionLevel.Fastest);
        using var tar = new TarWriter(gzip, TarEntryFormat.Ustar);
        foreach (string name in Cifar10Layout.Names)
            tar.WriteEntry(Path.Combine(folder, name), $"{Cifar10Layout.FolderName}/{name}");
        return archive;
    }
}
