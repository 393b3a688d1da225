using System.Diagnostics;
using System.IO.Compression;
using System.Text;
using CifarVision.Datasets;
using CifarVision.Layers;
using CifarVision.Losses;
using CifarVision.Models;
using CifarVision.Optimizers;
using CifarVision.Runtime;
using CifarVision.Tests.Testing;

namespace CifarVision.Tests.Formats;

/// <summary>Files made to hang or crash the reader, or to make it read other files: an error that names the file, at once, with little memory.</summary>
public sealed class HostileFileTests : IDisposable
{
    private const long MostMemory = 64 << 20;
    private static readonly TimeSpan AtOnce = TimeSpan.FromSeconds(2);

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("01-softlink-to-itself.weights.h5", "soft or external link")]
    [InlineData("02-groups-linked-twice.weights.h5", "another link leads to")]
    [InlineData("03-external-raw-data.weights.h5", "in another file")]
    [InlineData("05-external-link-to-fifo.weights.h5", "soft or external link")]
    [InlineData("12-null-entry.safetensors", "header")]
    [InlineData("16-structured-dtype.npz", "numeric arrays")]
    [InlineData("20-one-bit-hang.weights.h5", "whole HDF5 file")]
    [InlineData("23-crc-wrong-loads.npz", "CRC-32")]
    public void LoadWeights_HostileFile_IsAnErrorAtOnce(string name, string reason)
    {
        string path = Locate(name);
        using var model = new Sequential((8, 8, 3), new Conv2D(3, 3), new Flatten(), new Dense(4));
        float[] before = Values(model);

        string message = Refused(() => model.LoadWeights(path));

        Assert.Contains(path, message, StringComparison.Ordinal);
        Assert.Contains(reason, message, StringComparison.Ordinal);
        Assert.Equal(before, Values(model));
    }

    [Theory]
    [InlineData("09-tar-declares-10GB.tar.gz")]
    [InlineData("11-tar-declares-2EB.tar.gz")]
    [InlineData("24-size-field-overflow.tar.gz")]
    [InlineData("26-sparse-entry.tar.gz")]
    public void LoadCifar_HostileArchive_IsAnErrorAtOnce(string name)
    {
        string path = Locate(name);

        Assert.StartsWith($"Cifar10Dataset: {path} must be a complete .tar.gz archive", Refused(() => Cifar10Dataset.Load(path)), StringComparison.Ordinal);
    }

    [Fact]
    public void FromJson_LayerLargerThanMemory_NamesTheLayer()
    {
        string json = File.ReadAllText(Locate("27-units-2147483647.json"));

        string message = Refused(() => Model.FromJson(json).Dispose());

        Assert.Contains("must fit into memory", message, StringComparison.Ordinal);
        Assert.Contains("Dense", message, StringComparison.Ordinal);
    }

    [Fact]
    public void FromJson_LayersOf32Gigabytes_TakeNoMemoryBeforeTheyAreUsed()
    {
        string json = JsonOf(width: 20_000, layers: 20);
        long resident = Environment.WorkingSet;
        var watch = Stopwatch.StartNew();

        using Model model = Model.FromJson(json);

        Assert.Equal(20L * ((20_000 * 20_000) + 20_000), model.CountParams());
        model.Compile(new Adam(), new MeanSquaredError(), precision: DTypePolicy.Float64);
        model.Summary(TextWriter.Null);
        Assert.Equal(new double[20_000], model.GetLayer(7).Weights[1].ToArray().ToArray<double>());
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, AtOnce);
        Assert.InRange(Environment.WorkingSet - resident, long.MinValue, MostMemory);
    }

    [Fact]
    public void LoadKeras_ConfigOf32Gigabytes_IsAnErrorAtOnce()
    {
        string path = Repack(("config.json", target => target.Write(Encoding.UTF8.GetBytes(JsonOf(width: 20_000, layers: 20)))));

        Assert.Contains("must have the shape", Refused(() => Model.Load(path).Dispose()), StringComparison.Ordinal);
    }

    [Fact]
    public void LoadKeras_ConfigOf300Megabytes_IsAnErrorAtOnce()
    {
        byte[] blanks = new byte[1 << 20];
        blanks.AsSpan().Fill((byte)' ');
        Action<Stream> write = target =>
        {
            for (int i = 0; i < 300; i++)
                target.Write(blanks);
        };
        string path = Repack(("config.json", write));

        Assert.Contains("the member config.json must have 67108864 bytes at most", Refused(() => Model.Load(path).Dispose()), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("metadata.json", """{"keras_version": "3.3.3", "keras_version": "3.3.3"}""")]
    [InlineData("metadata.json", """{"keras_version": "\ud800"}""")]
    [InlineData("config.json", """{"class_name": "Sequential", "class_name": "Sequential"}""")]
    [InlineData("config.json", """{"class_name": "\udc00"}""")]
    public void LoadKeras_JsonThatReadsInTwoWaysOrNone_NamesTheMember(string member, string json)
    {
        string path = Repack((member, target => target.Write(Encoding.UTF8.GetBytes(json))));

        Assert.Contains($"{member} of {path} must be a JSON object", Refused(() => Model.Load(path).Dispose()), StringComparison.Ordinal);
    }

    [Fact]
    public void LoadKeras_MembersNobodyNeeds_AreNotRead()
    {
        byte[] zeros = new byte[64 << 20];
        string path = Repack([.. Enumerable.Range(0, 20).Select<int, (string, Action<Stream>)>(i => ($"assets/{i}", target => target.Write(zeros)))]);
        long before = GC.GetTotalAllocatedBytes(precise: true);
        var watch = Stopwatch.StartNew();

        Model.Load(path).Dispose();

        Assert.InRange(watch.Elapsed, TimeSpan.Zero, AtOnce);
        Assert.InRange(GC.GetTotalAllocatedBytes(precise: true) - before, 0, MostMemory);
    }

    [Fact]
    public void LoadKeras_OptimizerOf4Terabytes_StartsWithAFreshOne()
    {
        byte[] weights = File.ReadAllBytes(GoldenCase.Locate("damaged/hdf5/optimizer-of-4TB.weights.h5"));
        string path = Repack(("model.weights.h5", target => target.Write(weights)));
        long before = GC.GetTotalAllocatedBytes(precise: true);

        using Model model = Model.Load(path);

        Assert.Equal(0, model.Optimizer!.Iterations);
        Assert.InRange(GC.GetTotalAllocatedBytes(precise: true) - before, 0, MostMemory);
    }

    [Fact]
    public void LoadNpz_ArraysNobodyNeeds_AreNotRead()
    {
        using var model = new Sequential(4, new Dense(2));
        string path = _folder.File("weights.npz");
        model.SaveWeights(path);
        using (ZipArchive archive = ZipFile.Open(path, ZipArchiveMode.Update))
        {
            using Stream target = archive.CreateEntry("sequential/nobody/needs.npy", CompressionLevel.Fastest).Open();
            target.Write(NpyOfZeros(256 << 20));
        }

        Assert.Contains("sequential/nobody/needs", Refused(() => model.LoadWeights(path)), StringComparison.Ordinal);
    }

    // An .npy file of that many bytes.
    private static byte[] NpyOfZeros(int length)
    {
        byte[] file = new byte[128 + length];
        ((byte[])[0x93, .. "NUMPY"u8, 1, 0, 118, 0]).CopyTo(file, 0);
        Encoding.ASCII.GetBytes($"{{'descr': '<f4', 'fortran_order': False, 'shape': ({length / 4},), }}".PadRight(117) + "\n").CopyTo(file, 10);
        return file;
    }

    private static string JsonOf(int width, int layers)
    {
        string dense = string.Join(", ", Enumerable.Range(0, layers).Select(i => FormattableString.Invariant($$$"""{"class_name": "Dense", "config": {"name": "dense_{{{i}}}", "units": {{{width}}}}}""")));
        return FormattableString.Invariant($$$"""{"class_name": "Sequential", "config": {"layers": [{"class_name": "InputLayer", "config": {"batch_shape": [null, {{{width}}}]}}, {{{dense}}}]}}""");
    }

    // A small model's file with other members, those that are given.
    private string Repack(params (string Name, Action<Stream> Write)[] members)
    {
        string saved = _folder.File("saved.keras");
        string path = _folder.File("model.keras");
        using (var model = new Sequential(4, new Dense(2)))
        {
            model.Compile(new SGD(momentum: 0.9), new MeanSquaredError());
            model.Save(saved);
        }

        using ZipArchive from = ZipFile.OpenRead(saved);
        using ZipArchive to = ZipFile.Open(path, ZipArchiveMode.Create);
        foreach (ZipArchiveEntry entry in from.Entries.Where(entry => !members.Any(member => member.Name == entry.FullName)))
        {
            using Stream source = entry.Open();
            using Stream target = to.CreateEntry(entry.FullName, CompressionLevel.NoCompression).Open();
            source.CopyTo(target);
        }

        foreach ((string name, Action<Stream> write) in members)
        {
            using Stream target = to.CreateEntry(name, CompressionLevel.Fastest).Open();
            write(target);
        }

        return path;
    }

    private static string Locate(string name) => GoldenCase.Locate($"damaged/hostile/{name}");

    private static float[] Values(Model model) => [.. model.GetWeights().SelectMany(weight => weight.ToArray<float>())];

    // Memory is measured as what the process allocates; what torch allocates shows in the working set.
    private static string Refused(Action load)
    {
        long allocated = GC.GetTotalAllocatedBytes(precise: true);
        var watch = Stopwatch.StartNew();
        var error = Assert.Throws<InvalidDataException>(load);
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, AtOnce);
        Assert.InRange(GC.GetTotalAllocatedBytes(precise: true) - allocated, 0, MostMemory);
        return error.Message;
    }
}
