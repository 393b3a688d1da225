using System.IO.Compression;
using System.Text.Json.Nodes;
using CifarVision.Runtime;

namespace CifarVision.Tests.Testing;

/// <summary>
/// What real Keras computed, to be held against what the library computes in float32 or in float64. NAME.json and NAME.npz below Golden/ have the
/// inputs and Keras' float32 results; its float64 results, the reference for both precisions, are in float64/NAME.npz, or in the same file under
/// names that end in _f64.
/// </summary>
public sealed class GoldenCase
{
    private readonly Dictionary<string, NDArray> _arrays;
    private readonly Dictionary<string, NDArray> _exact;

    private GoldenCase(string path, DTypePolicy precision)
    {
        (Path, Precision) = (path, precision);
        Json = ReadJson(path);
        _arrays = ReadArrays(path + ".npz");
        _exact = ReadArrays($"float64/{path}.npz");
        foreach ((string name, NDArray array) in _arrays.Where(pair => pair.Key.EndsWith("_f64", StringComparison.Ordinal)))
            _exact[name[..^"_f64".Length]] = array;
        string exactJson = $"float64/{path}.json";
        ExactJson = File.Exists(Locate(exactJson)) ? ReadJson($"float64/{path}") : Json;
    }

    /// <summary>The folder and name, as layers/dense_relu.</summary>
    public string Path { get; }

    public DTypePolicy Precision { get; }

    public ScalarType Type => Precision == DTypePolicy.Float64 ? ScalarType.Float64 : ScalarType.Float32;

    public JsonObject Json { get; }

    /// <summary>What Keras recorded in float64, or <see cref="Json"/> where the two say the same.</summary>
    public JsonObject ExactJson { get; }

    public string ClassName => Json["class_name"]!.GetValue<string>();

    public JsonObject Config => Json["config"]!.AsObject();

    public IReadOnlyCollection<string> Names => _arrays.Keys;

    /// <summary>An input, or a result of Keras in the case's own precision, whose numbers are those of the next step's input.</summary>
    public NDArray this[string name] => Precision == DTypePolicy.Float64 && _exact.TryGetValue(name, out NDArray? exact) ? exact : _arrays[name];

    /// <summary>What Keras computed in float64.</summary>
    public NDArray Expected(string name) => _exact[name];

    public static GoldenCase Load(string path, DTypePolicy precision = DTypePolicy.Float32) => new(path, precision);

    /// <summary>The paths of all cases in a folder, each with both precisions, as data of a theory.</summary>
    public static TheoryData<string, DTypePolicy> In(string folder, Func<string, bool>? where = null)
    {
        var data = new TheoryData<string, DTypePolicy>();
        foreach (string path in PathsIn(folder, where))
        {
            data.Add(path, DTypePolicy.Float32);
            data.Add(path, DTypePolicy.Float64);
        }

        return data;
    }

    /// <summary>The paths of all cases in a folder.</summary>
    public static IReadOnlyList<string> PathsIn(string folder, Func<string, bool>? where = null) =>
        [.. Directory.GetFiles(Locate(folder), "*.npz")
            .Select(file => $"{folder}/{System.IO.Path.GetFileNameWithoutExtension(file)}")
            .Where(path => where is null || where(path))
            .Order(StringComparer.Ordinal)];

    /// <summary>A file below Golden/ beside the test program.</summary>
    public static string Locate(string path) => System.IO.Path.Combine(AppContext.BaseDirectory, "Golden", path);

    public bool Has(string name) => _arrays.ContainsKey(name);

    /// <summary>An input as a tensor; a floating-point one in the case's precision.</summary>
    public Tensor Tensor(string name, bool requiresGrad = false)
    {
        Tensor tensor = ArrayConversion.ToTensor(this[name], TorchRuntime.DefaultDevice);
        return (tensor.is_floating_point() ? tensor.to(Type) : tensor).requires_grad_(requiresGrad);
    }

    /// <summary>Asserts that an array is the one that Keras computed in float64, by the rule of <see cref="GoldenTolerance"/>.</summary>
    public void AssertNear(string name, Tensor actual) => AssertNear(name, ArrayConversion.ToNDArray(actual));

    /// <inheritdoc cref="AssertNear(string, Tensor)"/>
    public void AssertNear(string name, NDArray actual) => AssertNear(name, _exact[name], actual);

    /// <summary>Asserts that an array is that of one step of an array of several.</summary>
    public void AssertNear(string name, int step, NDArray actual)
    {
        NDArray expected = _exact[name][step];
        AssertNear(name, expected, actual.reshape(expected.shape));
    }

    /// <summary>Asserts by the rule for an array that something is what can be said of it in another way.</summary>
    public void AssertNear(string name, NDArray expected, NDArray actual)
    {
        GoldenLedger.Claim(Path, Precision);
        Near.Absolute(expected, actual, Tolerance(name), $"{name} in {Precision}");
    }

    /// <summary>Asserts by the rule for an array that a number is the one expected.</summary>
    public void AssertNear(string name, double expected, double actual)
    {
        GoldenLedger.Claim(Path, Precision);
        Assert.Equal(expected, actual, Tolerance(name));
    }

    /// <summary>Asserts that an array is the one that Keras computed in float32 in a case without float64 numbers, as near as another case's array must be.</summary>
    public void AssertNearAs(string otherPath, string otherName, string name, NDArray actual)
    {
        GoldenLedger.Claim(Path, Precision);
        Near.Relative(_arrays[name], actual, GoldenTolerance.RelativeAs(otherPath, otherName), name);
    }

    private double Tolerance(string name) => Json["float32_minus_float64"] is JsonObject differences
        ? GoldenTolerance.Of(differences, name, Precision)
        : GoldenTolerance.Of(Path, name, Precision);

    private static JsonObject ReadJson(string path) => JsonNode.Parse(File.ReadAllText(Locate(path + ".json")))!.AsObject();

    private static Dictionary<string, NDArray> ReadArrays(string path)
    {
        var arrays = new Dictionary<string, NDArray>();
        if (!File.Exists(Locate(path)))
            return arrays;
        using ZipArchive zip = ZipFile.OpenRead(Locate(path));
        foreach (ZipArchiveEntry entry in zip.Entries)
        {
            using Stream stream = entry.Open();
            using var memory = new MemoryStream();
            stream.CopyTo(memory);
            arrays[entry.Name[..^".npy".Length]] = (NDArray)np.load(new MemoryStream(memory.ToArray()));
        }

        return arrays;
    }
}
