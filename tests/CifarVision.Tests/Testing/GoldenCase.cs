using System.IO.Compression;
using System.Text.Json.Nodes;
using CifarVision.Runtime;

namespace CifarVision.Tests.Testing;

/// <summary>One pair NAME.json + NAME.npz below Golden/: what real Keras computed.</summary>
public sealed class GoldenCase
{
    private readonly Dictionary<string, NDArray> _arrays = [];

    private GoldenCase(string path)
    {
        Path = path;
        Json = JsonNode.Parse(File.ReadAllText(Locate(path + ".json")))!.AsObject();
        using ZipArchive zip = ZipFile.OpenRead(Locate(path + ".npz"));
        foreach (ZipArchiveEntry entry in zip.Entries)
        {
            using Stream stream = entry.Open();
            using var memory = new MemoryStream();
            stream.CopyTo(memory);
            _arrays[entry.Name[..^".npy".Length]] = (NDArray)np.load(new MemoryStream(memory.ToArray()));
        }
    }

    /// <summary>The folder and name, as layers/dense_relu.</summary>
    public string Path { get; }

    public JsonObject Json { get; }

    public string ClassName => Json["class_name"]!.GetValue<string>();

    public JsonObject Config => Json["config"]!.AsObject();

    public IReadOnlyCollection<string> Names => _arrays.Keys;

    public NDArray this[string name] => _arrays[name];

    public static GoldenCase Load(string path)
    {
        GoldenLedger.Claim(path);
        return new GoldenCase(path);
    }

    /// <summary>The paths of all cases in a folder, as data of a theory.</summary>
    public static TheoryData<string> In(string folder, Func<string, bool>? where = null) =>
        [.. Directory.GetFiles(Locate(folder), "*.npz")
            .Select(file => $"{folder}/{System.IO.Path.GetFileNameWithoutExtension(file)}")
            .Where(path => where is null || where(path))
            .Order(StringComparer.Ordinal)];

    /// <summary>A file below Golden/ beside the test program.</summary>
    public static string Locate(string path) => System.IO.Path.Combine(AppContext.BaseDirectory, "Golden", path);

    public bool Has(string name) => _arrays.ContainsKey(name);

    public Tensor Tensor(string name, bool requiresGrad = false) =>
        ArrayConversion.ToTensor(this[name], TorchRuntime.DefaultDevice).requires_grad_(requiresGrad);
}
