using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;
using CifarVision.Layers;
using CifarVision.Models;
using CifarVision.Tests.Golden;
using CifarVision.Tests.Testing;

namespace CifarVision.Tests.Formats;

/// <summary>A bad file is one clear error that names file and part, and the model in memory stays as it was.</summary>
public sealed class BadFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("")]
    [InlineData("This is no model.")]
    [InlineData("PK\u0003\u0004 nor is this")]
    public void LoadKeras_NoZip_SaysSo(string content)
    {
        string path = Write("bad.keras", Encoding.Latin1.GetBytes(content));

        AssertError($"KerasArchive: {path} must be a whole zip archive, but could not be read: ", () => Sequential.Load(path));
    }

    [Theory]
    [InlineData(".keras", "KerasArchive: ")]
    [InlineData(".h5", "Hdf5Reader: ")]
    public void Load_TruncatedAnywhere_IsAnError(string ending, string part)
    {
        using Sequential model = SmallAlexNet.Create();
        string path = _folder.File("model" + ending);
        model.Save(path);
        byte[] whole = File.ReadAllBytes(path);
        for (int length = 0; length < whole.Length; length += (whole.Length / 23) + 1)
        {
            File.WriteAllBytes(path, whole[..length]);
            AssertError(part, () => Sequential.Load(path));
        }
    }

    [Theory]
    [InlineData("saved/alexnet_small.keras", ".keras")]
    [InlineData("saved/alexnet_small.h5", ".h5")]
    public void Load_BytesChanged_IsAnErrorOfDataOrNone(string original, string ending)
    {
        string path = _folder.File("damaged" + ending);
        byte[] whole = File.ReadAllBytes(GoldenCase.Locate(original));
        var random = new Random(1);
        for (int run = 0; run < 100; run++)
        {
            byte[] damaged = [.. whole];
            for (int i = 0; i < 40; i++)
                damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            File.WriteAllBytes(path, damaged);
            try
            {
                Sequential.Load(path).Dispose();
            }
            catch (InvalidDataException)
            {
                // What it should be; values of weights may change unseen, anything else fails the test.
            }
        }
    }

    [Fact]
    public void LoadKeras_OneBitOfAWeightFlipped_NamesFileAndMember()
    {
        string path = GoldenCase.Locate("damaged/crc-wrong.keras");

        AssertError($"KerasArchive: {path} must be a whole zip archive, but could not be read: the member model.weights.h5 must have the CRC-32 ", () => Sequential.Load(path));
    }

    [Theory]
    [InlineData("damaged/crc-wrong.npz", "NpzFile", "sequential/dense/bias.npy")]
    [InlineData("damaged/crc-wrong.keras", "KerasArchive", "model.weights.h5")]
    public void LoadWeights_OneBitFlipped_NamesFileAndMember(string file, string part, string member)
    {
        string path = GoldenCase.Locate(file);
        using Sequential model = SmallAlexNet.Create();
        float[] before = model.Weights[0].ToArray().ToArray<float>();

        var error = Assert.Throws<InvalidDataException>(() => model.LoadWeights(path));

        Assert.StartsWith($"{part}: {path} must be ", error.Message, StringComparison.Ordinal);
        Assert.Contains($"the member {member} must have the CRC-32 ", error.Message, StringComparison.Ordinal);
        Assert.Equal(before, model.Weights[0].ToArray().ToArray<float>());
    }

    [Theory]
    [InlineData(".keras", CompressionLevel.NoCompression)]
    [InlineData(".npz", CompressionLevel.NoCompression)]
    [InlineData(".keras", CompressionLevel.Fastest)]
    [InlineData(".npz", CompressionLevel.Fastest)]
    public void LoadWeights_AnyBitOfAMemberFlipped_IsAnErrorOrChangesNothing(string ending, CompressionLevel compression)
    {
        using var model = new Sequential((4, 4, 2), new Conv2D(2, 3), new Flatten(), new Dense(3));
        string saved = _folder.File("saved" + ending);
        if (ending == ".keras")
            model.Save(saved);
        else
            model.SaveWeights(saved);
        string packed = _folder.File("packed" + ending);
        using (ZipArchive from = ZipFile.OpenRead(saved))
        using (ZipArchive to = ZipFile.Open(packed, ZipArchiveMode.Create))
        {
            foreach (ZipArchiveEntry entry in from.Entries)
            {
                using Stream source = entry.Open();
                using Stream target = to.CreateEntry(entry.FullName, compression).Open();
                source.CopyTo(target);
            }
        }

        byte[] whole = File.ReadAllBytes(packed);
        List<(int Start, int Length)> places = MemberBytes(whole);
        string damaged = _folder.File("damaged" + ending);
        float[] weights = [.. model.GetWeights().SelectMany(weight => weight.ToArray<float>())];
        model.LoadWeights(packed);
        foreach ((int start, int length) in places)
        {
            for (int at = 0; at < length; at += (length / 29) + 1)
            {
                byte[] bytes = [.. whole];
                bytes[start + at] ^= (byte)(1 << (at % 8));
                File.WriteAllBytes(damaged, bytes);

                Exception? error = Record.Exception(() => model.LoadWeights(damaged));

                Assert.Equal(weights, model.GetWeights().SelectMany(weight => weight.ToArray<float>()));
                // Compressed data has bits that mean nothing, such as those that fill a byte.
                if (error is null && compression != CompressionLevel.NoCompression)
                    continue;
                Assert.IsType<InvalidDataException>(error);
                Assert.Contains(damaged, error.Message, StringComparison.Ordinal);
            }
        }
    }

    [Theory]
    [InlineData("config.json")]
    [InlineData("model.weights.h5")]
    public void LoadKeras_MemberMissing_NamesIt(string member)
    {
        string path = Change(archive => archive.GetEntry(member)!.Delete());

        AssertError($"KerasArchive: {path} must hold {member}, but holds ", () => Sequential.Load(path));
    }

    [Theory]
    [InlineData("config.json")]
    public void LoadKeras_MemberIsNoJson_NamesIt(string member)
    {
        string path = Change(archive => Replace(archive, member, "{ \"keras_version\": "));

        AssertError($"Model: {member} of {path} must be a JSON object, but ", () => Sequential.Load(path));
    }

    [Fact]
    public void LoadKeras_WeightsAreNoHdf5_NamesThem()
    {
        string path = Change(archive => Replace(archive, "model.weights.h5", new string('x', 5000)));

        AssertError($"Hdf5Reader: model.weights.h5 of {path} must be a whole HDF5 file, but its head could not be read: ", () => Sequential.Load(path));
    }

    [Fact]
    public void LoadKeras_UnknownLayer_NamesLayerAndClass()
    {
        string path = ChangeConfig(config => config["config"]!["layers"]![12]!["class_name"] = "Attention");

        AssertError(
            $"Model: config.json of {path} must describe a model of known parts, but: Attention 'flatten': there is no layer of this class. Those known are Activation, ",
            () => Sequential.Load(path));
    }

    [Theory]
    [InlineData("optimizer", "\"lion\"", "There is no optimizer lion.")]
    [InlineData("loss", "\"my_loss\"", "There is no loss my_loss.")]
    [InlineData("loss", "null", "compile_config: loss is missing.")]
    [InlineData("metrics", "[\"poisson\"]", "There is no metric poisson.")]
    [InlineData("loss_weights", "[2.0, 1.0]", "compile_config: loss_weights must have an entry for each of the 1 outputs, but was [2.0,1.0].")]
    [InlineData("weighted_metrics", "[\"accuracy\"]", "compile_config: weighted_metrics is supported only as [], but was [\"accuracy\"].")]
    public void LoadKeras_CompiledInAnotherWay_SaysWhichAndHowToLoadAllTheSame(string key, string value, string message)
    {
        string path = ChangeConfig(config => config["compile_config"]![key] = JsonNode.Parse(value));

        InvalidDataException error = AssertError($"Model: config.json of {path} must describe a model of known parts, but: {message}", () => Sequential.Load(path));
        Assert.EndsWith("Load the model with compile: false and call Compile yourself.", error.Message, StringComparison.Ordinal);
        using Sequential model = Sequential.Load(path, compile: false);
        Assert.Null(model.Optimizer);
    }

    [Fact]
    public void LoadKeras_OptimizerOfAnotherState_StartsWithAFreshOne()
    {
        string path = ChangeConfig(config => config["compile_config"]!["optimizer"] = JsonNode.Parse("""{"class_name": "SGD", "config": {"learning_rate": {"class_name": "CosineDecay", "config": {"initial_learning_rate": 0.1, "decay_steps": 9}}}}"""));

        using Sequential model = Sequential.Load(path);
        Assert.Equal(0, model.Optimizer!.Iterations);
    }

    [Fact]
    public void LoadH5_FileOfWeights_NamesLoadWeights()
    {
        using Sequential model = SmallAlexNet.Create();
        string path = _folder.File("weights.h5");
        model.SaveWeights(path);

        AssertError($"Model: {path} must be the file of a whole model, but has no model_config. Load a file of weights with LoadWeights.", () => Sequential.Load(path));
    }

    private static InvalidDataException AssertError(string message, Func<Sequential> load)
    {
        long before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        var error = Assert.Throws<InvalidDataException>(() => load().Dispose());
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
        return error;
    }

    // Where the members' bytes are, by the archive's directory and the local headers (PKWARE's APPNOTE, 4.3).
    private static List<(int Start, int Length)> MemberBytes(byte[] archive)
    {
        var places = new List<(int Start, int Length)>();
        int end = archive.AsSpan().LastIndexOf("PK\u0005\u0006"u8);
        int at = BinaryPrimitives.ReadInt32LittleEndian(archive.AsSpan(end + 16));
        while (archive.AsSpan(at).StartsWith("PK\u0001\u0002"u8))
        {
            int local = BinaryPrimitives.ReadInt32LittleEndian(archive.AsSpan(at + 42));
            int start = local + 30 + BinaryPrimitives.ReadUInt16LittleEndian(archive.AsSpan(local + 26)) + BinaryPrimitives.ReadUInt16LittleEndian(archive.AsSpan(local + 28));
            places.Add((start, BinaryPrimitives.ReadInt32LittleEndian(archive.AsSpan(at + 20))));
            at += 46 + BinaryPrimitives.ReadUInt16LittleEndian(archive.AsSpan(at + 28)) + BinaryPrimitives.ReadUInt16LittleEndian(archive.AsSpan(at + 30)) + BinaryPrimitives.ReadUInt16LittleEndian(archive.AsSpan(at + 32));
        }

        return places;
    }

    private static void Replace(ZipArchive archive, string member, string content)
    {
        archive.GetEntry(member)!.Delete();
        using var writer = new StreamWriter(archive.CreateEntry(member).Open());
        writer.Write(content);
    }

    private string Write(string name, byte[] content)
    {
        string path = _folder.File(name);
        File.WriteAllBytes(path, content);
        return path;
    }

    private string Change(Action<ZipArchive> change)
    {
        string path = _folder.File("changed.keras");
        File.Copy(GoldenCase.Locate("saved/alexnet_small.keras"), path);
        using ZipArchive archive = ZipFile.Open(path, ZipArchiveMode.Update);
        change(archive);
        return path;
    }

    private string ChangeConfig(Action<JsonObject> change)
    {
        JsonObject config = KerasFiles.Config(GoldenCase.Locate("saved/alexnet_small.keras"));
        change(config);
        return Change(archive => Replace(archive, "config.json", config.ToJsonString()));
    }
}
