using System.IO.Compression;
using System.Text.Json.Nodes;
using CifarVision.Runtime;

namespace CifarVision.Tests.Testing;

/// <summary>
/// A small model that real Keras 3.15.1 created, trained, evaluated and saved: its files before and after, what it was trained on and every
/// number that came of it. A case is one zip below Golden/edge (chosen cases) or Golden/differential (random models).
/// </summary>
/// <remarks>
/// Where Keras' torch backend, on which it ran, is not the reference, the numbers are those of Keras on TensorFlow. They are float32, so each
/// tolerance is the rounding of such small models plus twenty times how far Keras itself moves when weights and data move by 1e-7.
/// </remarks>
public sealed class KerasRun : IDisposable
{
    private const double Yards = 20;

    // Of the first layer of this model, which is computed in bfloat16: a few times the distance between two such numbers, relative to them.
    private const double BFloat16Rounding = 4.0 / 256;

    private readonly TemporaryFolder _folder = new();
    private readonly Dictionary<string, NDArray> _arrays = [];

    private KerasRun(string path)
    {
        Path = path;
        ZipFile.ExtractToDirectory(GoldenCase.Locate($"{path}.zip"), _folder.Path);
        Json = JsonNode.Parse(File.ReadAllText(Locate("case.json")))!.AsObject();
        using ZipArchive arrays = ZipFile.OpenRead(Locate("data.npz"));
        foreach (ZipArchiveEntry entry in arrays.Entries)
        {
            using Stream stream = entry.Open();
            using var memory = new MemoryStream();
            stream.CopyTo(memory);
            _arrays[entry.Name[..^".npy".Length]] = (NDArray)np.load(new MemoryStream(memory.ToArray()));
        }
    }

    private double Spacing => Path == "edge/mixed_bfloat16" ? BFloat16Rounding : 0;

    /// <summary>The paths of all cases.</summary>
    public static IReadOnlyList<string> Paths { get; } =
        [.. from folder in new[] { "edge", "differential" }
            from file in Directory.GetFiles(GoldenCase.Locate(folder), "*.zip").Order(StringComparer.Ordinal)
            select $"{folder}/{System.IO.Path.GetFileNameWithoutExtension(file)}"];

    /// <summary>The folder and name, as edge/mse_one.</summary>
    public string Path { get; }

    /// <summary>The arguments of Fit and what it and Evaluate reported.</summary>
    public JsonObject Json { get; }

    public NDArray this[string name] => _arrays[name];

    public static KerasRun Load(string path) => new(path);

    /// <summary>A file of the case: before.keras, after.keras, after.h5, after.weights.h5, to_json.txt, summary_compiled.txt.</summary>
    public string Locate(string file) => System.IO.Path.Combine(_folder.Path, file);

    public bool Has(string file) => File.Exists(Locate(file));

    /// <summary>An array that only some cases have.</summary>
    public NDArray? Optional(string name) => _arrays.GetValueOrDefault(name);

    public void AssertPredictions(string name, NDArray actual)
    {
        GoldenLedger.Claim(Path, DTypePolicy.Float32);
        double largest = Math.Max(1e-30, Near.Doubles(_arrays[name]).Max(Math.Abs));
        Near.Absolute(_arrays[name], actual, ((1e-5 + Spacing) * largest) + (Yards * Yard("predictions")), $"{Path} {name}");
    }

    /// <summary>Asserts that weights are those that Keras had.</summary>
    /// <param name="prefix">w1_ after the first training, w2_ after the second.</param>
    /// <param name="actual">All weights, in Keras' order.</param>
    public void AssertWeights(string prefix, IReadOnlyList<NDArray> actual)
    {
        GoldenLedger.Claim(Path, DTypePolicy.Float32);
        string[] names = [.. _arrays.Keys.Where(name => name.StartsWith(prefix, StringComparison.Ordinal)).Order(StringComparer.Ordinal)];
        Assert.Equal(names.Length, actual.Count);
        foreach ((string name, NDArray found) in names.Zip(actual))
        {
            double largest = Near.Doubles(_arrays[name]).Append(1).Max(Math.Abs);
            Near.Absolute(_arrays[name], found, ((1e-6 + Spacing) * largest) + (Yards * Yard(prefix == "w2_" ? "weights2" : "weights")), $"{Path} {name}");
        }
    }

    /// <summary>Asserts that a history is the one that Keras reported.</summary>
    public void AssertHistory(string name, IReadOnlyDictionary<string, IReadOnlyList<double>> actual)
    {
        JsonObject expected = Json[name]!.AsObject();
        Assert.Equal(expected.Select(pair => pair.Key).Order(StringComparer.Ordinal), actual.Keys.Order(StringComparer.Ordinal));
        foreach ((string key, JsonNode? values) in expected)
        {
            Assert.Equal(values!.AsArray().Count, actual[key].Count);
            foreach ((int epoch, JsonNode? value) in values.AsArray().Index())
                AssertFigure($"{name} {key} {epoch}", value!.GetValue<double>(), actual[key][epoch]);
        }
    }

    public void AssertEvaluation(IReadOnlyDictionary<string, double> actual)
    {
        JsonObject expected = Json["evaluate"]!.AsObject();
        Assert.Equal(expected.Select(pair => pair.Key).Order(StringComparer.Ordinal), actual.Keys.Order(StringComparer.Ordinal));
        foreach ((string key, JsonNode? value) in expected)
            AssertFigure($"evaluate {key}", value!.GetValue<double>(), actual[key]);
    }

    public void Dispose() => _folder.Dispose();

    private void AssertFigure(string what, double expected, double actual)
    {
        GoldenLedger.Claim(Path, DTypePolicy.Float32);
        double tolerance = ((3e-6 + Spacing) * Math.Max(1, Math.Abs(expected))) + (Yards * Yard("history"));
        Assert.True(Math.Abs(expected - actual) <= tolerance, $"{Path} {what}: expected {expected:R}, found {actual:R}, over {tolerance:E2}");
    }

    private double Yard(string of) => Json["yard"]![of]!.GetValue<double>();
}
