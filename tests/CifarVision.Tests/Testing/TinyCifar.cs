using System.Formats.Tar;
using System.IO.Compression;

namespace CifarVision.Tests.Testing;

/// <summary>CIFAR-10 in small: the official files and names with a few records each, in a temporary folder that goes with it.</summary>
public sealed class TinyCifar : IDisposable
{
    public const string Prefix = "cifar-10-batches-bin/";

    public static readonly string[] Names = ["data_batch_1.bin", "data_batch_2.bin", "data_batch_3.bin", "data_batch_4.bin", "data_batch_5.bin", "test_batch.bin"];

    /// <summary>Writes the folder with the six files.</summary>
    /// <param name="records">The number of images in each file.</param>
    public TinyCifar(int records = 10)
        : this(Array.ConvertAll(Names, _ => records))
    {
    }

    /// <summary>Writes the folder with six files of different lengths.</summary>
    public TinyCifar(int[] records)
    {
        Directory.CreateDirectory(Folder);
        for (int file = 0; file < Names.Length; file++)
            File.WriteAllBytes(Path.Combine(Folder, Names[file]), Batch(file, records[file]));
    }

    /// <summary>The temporary folder; it holds <see cref="Folder"/> and nothing else at first.</summary>
    public string Root { get; } = Directory.CreateTempSubdirectory("tiny-cifar-").FullName;

    /// <summary>The folder of the six files.</summary>
    public string Folder => Path.Combine(Root, Prefix.TrimEnd('/'));

    /// <summary>The label of a record: all ten classes occur in ten records.</summary>
    public static int Label(int file, int record) => (record + (3 * file)) % 10;

    /// <summary>A pixel: bright by its label, so that a model can learn it, and different by place, channel, record and file.</summary>
    public static byte Pixel(int file, int record, int row, int column, int channel) =>
        (byte)((20 * Label(file, record)) + (((5 * row) + (3 * column) + (17 * channel) + record + file) % 53));

    /// <summary>The content of a batch file: for each record its label, then the red, green and blue plane, each row by row.</summary>
    public static byte[] Batch(int file, int records)
    {
        var bytes = new List<byte>();
        for (int record = 0; record < records; record++)
        {
            bytes.Add((byte)Label(file, record));
            for (int channel = 0; channel < 3; channel++)
            {
                for (int pixel = 0; pixel < 1024; pixel++)
                    bytes.Add(Pixel(file, record, pixel / 32, pixel % 32, channel));
            }
        }

        return [.. bytes];
    }

    /// <summary>Packs the files as the official archive does, in any order, with the extra members that it has.</summary>
    /// <returns>The path of <c>cifar-10-binary.tar.gz</c> in <paramref name="folder"/>.</returns>
    public string Pack(string folder, params string[] names)
    {
        string path = Path.Combine(folder, "cifar-10-binary.tar.gz");
        using FileStream file = File.Create(path);
        using var gzip = new GZipStream(file, CompressionLevel.Fastest);
        using var tar = new TarWriter(gzip, TarEntryFormat.Ustar);
        tar.WriteEntry(new UstarTarEntry(TarEntryType.Directory, Prefix));
        Add(tar, "readme.html", "<html></html>"u8);
        foreach (string name in names.Length > 0 ? names : Names)
            Add(tar, name, File.ReadAllBytes(Path.Combine(Folder, name)));
        Add(tar, "batches.meta.txt", "airplane\n"u8);
        return path;
    }

    public void Dispose() => Directory.Delete(Root, recursive: true);

    private static void Add(TarWriter tar, string name, ReadOnlySpan<byte> content) =>
        tar.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, Prefix + name) { DataStream = new MemoryStream(content.ToArray()) });
}
