using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;
using CifarVision.Layers;
using CifarVision.Models;
using CifarVision.Runtime;
using CifarVision.Formats;
using CifarVision.Tests.Testing;
using PureHDF;

namespace CifarVision.Tests.Formats;

/// <summary>The formats of weights, byte by byte where a format is ours to write, and the skipping of what does not fit.</summary>
public sealed class WeightFormatTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string> AllFormats => [".weights.h5", ".h5", ".npz", ".safetensors"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void SaveWeights_Safetensors_IsLengthHeaderAndValues()
    {
        using var model = new Sequential(2, new Dense(3));
        model.SetWeights([np.array(new float[,] { { 1, 2, 3 }, { 4, 5, 6 } }), np.array(new float[] { 7, 8, 9 })]);
        string path = _folder.File("w.safetensors");
        model.SaveWeights(path);

        byte[] bytes = File.ReadAllBytes(path);
        int length = checked((int)BinaryPrimitives.ReadInt64LittleEndian(bytes));
        string header = Encoding.UTF8.GetString(bytes, 8, length);
        Assert.Equal(0, length % 8);
        KerasFiles.AssertSame(
            JsonNode.Parse(
                """
                {"__metadata__": {"format": "pt"},
                 "sequential/dense/kernel": {"dtype": "F32", "shape": [2, 3], "data_offsets": [0, 24]},
                 "sequential/dense/bias": {"dtype": "F32", "shape": [3], "data_offsets": [24, 36]}}
                """),
            JsonNode.Parse(header));
        Assert.Equal(8 + length + 36, bytes.Length);
        float[] values = [.. Enumerable.Range(0, 9).Select(i => BinaryPrimitives.ReadSingleLittleEndian(bytes.AsSpan(8 + length + (4 * i))))];
        Assert.Equal([1, 2, 3, 4, 5, 6, 7, 8, 9], values);
    }

    [Fact]
    public void SaveWeights_Npz_StoresOneNpyFileAWeight()
    {
        using var model = new Sequential((2, 2, 3), new Conv2D(4, 1), new Flatten(), new Dense(5));
        string path = _folder.File("w.npz");
        model.SaveWeights(path);

        using ZipArchive archive = ZipFile.OpenRead(path);
        using var read = np.load_npz(path);

        Assert.Equal(model.Weights.Select(weight => $"{weight.Path}.npy"), archive.Entries.Select(entry => entry.FullName));
        Assert.All(archive.Entries, entry => Assert.Equal(entry.Length, entry.CompressedLength));
        foreach (Weight weight in model.Weights)
        {
            Assert.Equal(NPTypeCode.Single, read[weight.Path].typecode);
            Near.Absolute(weight.ToArray(), read[weight.Path], 0);
        }
    }

    [Theory]
    [MemberData(nameof(AllFormats))]
    public void SaveWeights_Twice_GivesTheSameBytes(string ending)
    {
        using var model = new Sequential(2, new Dense(3));
        string first = _folder.File("first" + ending);
        string second = _folder.File("second" + ending);
        model.SaveWeights(first);
        model.SaveWeights(second);

        Assert.Equal(File.ReadAllBytes(first), File.ReadAllBytes(second));
    }

    [Theory]
    [InlineData("""{"a": {"dtype": "F32", "shape": [2], "data_offsets": [0, 4]}}""", "a lies outside it, or its length is not that of its shape (2,)")]
    [InlineData("""{"a": {"dtype": "F32", "shape": [1], "data_offsets": [8, 12]}}""", "a lies outside it")]
    [InlineData("""{"a": {"dtype": "F32", "shape": [1], "data_offsets": [-4, 0]}}""", "a lies outside it")]
    [InlineData("""{"a": {"dtype": "F32", "shape": [-1], "data_offsets": [4, 0]}}""", "a lies outside it")]
    [InlineData("""{"a": {"dtype": "F32", "shape": [9223372036854775807, 4], "data_offsets": [0, 4]}}""", "its header could not be read")]
    [InlineData("""{"a": {"dtype": "BF16", "shape": [2], "data_offsets": [0, 4]}}""", "a in f.safetensors must be of type F32, F64, I32, I64, U8, BOOL, but was BF16. Save it in float32.")]
    [InlineData("""{"a": {"dtype": "F32", "shape": null, "data_offsets": [0, 4]}}""", "its header could not be read")]
    [InlineData("""{"a": {"dtype": "F32", "shape": [1]}}""", "its header could not be read")]
    [InlineData("""{"a": 5}""", "its header could not be read")]
    [InlineData("""["a"]""", "its header could not be read")]
    public void ReadSafetensors_BadHeader_IsAnError(string header, string message)
    {
        var stream = new MemoryStream();
        stream.Write(BitConverter.GetBytes((long)header.Length));
        stream.Write(Encoding.ASCII.GetBytes(header));
        stream.Write(new byte[4]);
        stream.Position = 0;

        var error = Assert.Throws<InvalidDataException>(() => SafetensorsFile.Read(stream, "f.safetensors"));

        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(AllFormats))]
    public void LoadWeights_SkipMismatch_LeavesWholeLayersAndNamesThem(string ending)
    {
        using var saved = new Sequential(3, new Dense(4), new Dense(4, name: "head"), new Dense(2));
        using var model = new Sequential(3, new Dense(4), new Dense(7, useBias: false, name: "head"), new Dense(2));
        NDArray head = model.GetLayer("head").Weights[0].ToArray();
        NDArray last = model.Layers[2].Weights[0].ToArray();
        string path = _folder.File("w" + ending);
        saved.SaveWeights(path);

        IReadOnlyList<string> skipped = model.LoadWeights(path, skipMismatch: true);

        Assert.Equal(["sequential/head", "sequential/dense_1"], skipped);
        Near.Absolute(saved.Layers[0].Weights[0].ToArray(), model.Layers[0].Weights[0].ToArray(), 0);
        Near.Absolute(saved.Layers[0].Weights[1].ToArray(), model.Layers[0].Weights[1].ToArray(), 0);
        Near.Absolute(head, model.GetLayer("head").Weights[0].ToArray(), 0);
        Near.Absolute(last, model.Layers[2].Weights[0].ToArray(), 0);
    }

    [Theory]
    [InlineData(".weights.h5")]
    [InlineData(".npz")]
    [InlineData(".safetensors")]
    public void LoadWeights_SkipMismatchOfAShorterModel_TakesWhatFits(string ending)
    {
        using var saved = new Sequential(3, new Dense(4), new Dense(2));
        using var model = new Sequential(3, new Dense(4));
        string path = _folder.File("w" + ending);
        saved.SaveWeights(path);

        Assert.Empty(model.LoadWeights(path, skipMismatch: true));

        Near.Absolute(saved.Layers[0].Weights[0].ToArray(), model.Layers[0].Weights[0].ToArray(), 0);
    }

    [Theory]
    [MemberData(nameof(AllFormats))]
    public void SaveWeights_Float64Model_KeepsEveryDigit(string ending)
    {
        using var model = new Sequential(2, new Dense(2));
        model.Compile(new CifarVision.Optimizers.SGD(), new CifarVision.Losses.MeanSquaredError(), precision: DTypePolicy.Float64);
        model.SetWeights([np.array(new[,] { { 1.0 / 3, 2.0 / 3 }, { 1e-30, 1 } }), np.array(new[] { 0.1, 0.2 })]);
        using var copy = new Sequential(2, new Dense(2));
        copy.Compile(new CifarVision.Optimizers.SGD(), new CifarVision.Losses.MeanSquaredError(), precision: DTypePolicy.Float64);
        string path = _folder.File("w" + ending);
        model.SaveWeights(path);

        copy.LoadWeights(path);

        Near.Absolute(model.Weights[0].ToArray(), copy.Weights[0].ToArray(), 0);
        Near.Absolute(model.Weights[1].ToArray(), copy.Weights[1].ToArray(), 0);
    }

    [Theory]
    [InlineData(3000, 20, 1)]
    [InlineData(3000, 22, 2)]
    [InlineData(10000, 5, 3)]
    public void SetNames_MoreThanAnAttributeHolds_AreSpreadAsByKeras(int count, int width, int parts)
    {
        string[] names = [.. Enumerable.Range(0, count).Select(i => i.ToString(System.Globalization.CultureInfo.InvariantCulture).PadLeft(width, 'n'))];
        var writer = new Hdf5Writer();
        writer.SetNames("group", "weight_names", names);
        var stream = new MemoryStream();
        writer.Write(stream);

        using var file = H5File.Open(new MemoryStream(stream.ToArray()));
        string[] attributes = [.. file.Group("group").Attributes().Select(attribute => attribute.Name).Order(StringComparer.Ordinal)];
        Assert.Equal(parts == 1 ? ["weight_names"] : Enumerable.Range(0, parts).Select(i => FormattableString.Invariant($"weight_names{i}")), attributes);
        using Hdf5Reader reader = Hdf5Reader.Open(new MemoryStream(stream.ToArray()), "names.h5");
        Assert.Equal(names, reader.Names("group", "weight_names"));
    }

    [Fact]
    public void Fit_CheckpointOfTheWholeModel_CanBeLoaded()
    {
        using var model = new Sequential(2, new Dense(2));
        model.Compile(new CifarVision.Optimizers.SGD(), new CifarVision.Losses.MeanSquaredError());
        string path = _folder.File("checkpoint.keras");

        model.Fit(np.ones(new Shape(4, 2)), np.ones(new Shape(4, 2)), verbose: 0, callbacks: [new CifarVision.Callbacks.ModelCheckpoint(path)]);

        using Sequential loaded = Sequential.Load(path);
        Near.Absolute(model.Weights[0].ToArray(), loaded.Weights[0].ToArray(), 0);
        Assert.Equal(1, loaded.Optimizer!.Iterations);
    }
}
