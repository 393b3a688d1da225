using System.IO.Compression;
using System.Text.Json.Nodes;
using CifarVision.Layers;
using CifarVision.Models;
using CifarVision.Runtime;
using CifarVision.Tests.Testing;

namespace CifarVision.Tests.Formats;

/// <summary>Functional models in files that real Keras wrote, and in files of this library.</summary>
public sealed class FunctionalFileTests : IDisposable
{
    private static readonly string[] Names =
    [
        "called_on_lists", "dense_block", "inception_concat", "merges", "nested_functional", "nested_sequential", "preact_batchnorm_skip",
        "residual_add", "shared_layer_twice", "squeeze_excite", "two_inputs", "two_outputs",
    ];

    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string> Cases => [.. Names];

    public static TheoryData<string, string> Files => [.. Names.SelectMany(name => new[] { ".keras", ".h5", ".weights.h5" }.Select(ending => (name, ending)))];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Files))]
    public void Load_FileOfKeras_PredictsAsKerasDid(string name, string ending)
    {
        GoldenCase golden = GoldenCase.Load($"functional/{name}");
        using Model before = LoadAny(name, "untrained", ending);
        AssertPredictions(golden, "pred0_", before);
        using Model after = LoadAny(name, "trained", ending);
        AssertPredictions(golden, "pred1_", after);
        Assert.Equal(Paths(golden), LayerTree.Weights(after).Select(place => place.Weight.Path));
    }

    // In float64: Adam divides by the size of a gradient, so that in float32 a small one is rounding alone.
    [Theory]
    [MemberData(nameof(Cases))]
    public void Fit_FromTheUntrainedFileInFloat64_GivesKerasWeights(string name)
    {
        GoldenCase golden = GoldenCase.Load($"functional/{name}");
        using Model model = Model.Load(Extract(name, "untrained.keras"));
        model.Compile(model.Optimizer!, model.Compiled!.Losses, model.Compiled.LossWeights, model.Compiled.Metrics, DTypePolicy.Float64);
        Fit(model, golden);

        foreach ((string key, NDArray found) in Named(golden, "w1_").Zip(model.GetWeights()))
            Near.Relative(golden[key.Replace("w1_", "w1_f64_", StringComparison.Ordinal)], found, 1e-9, key);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Fit_FromTheUntrainedFile_PredictsAsKerasDid(string name)
    {
        GoldenCase golden = GoldenCase.Load($"functional/{name}");
        using Model model = Model.Load(Extract(name, "untrained.keras"));
        Fit(model, golden);

        AssertPredictions(golden, "pred1_", model);
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Save_LoadedFile_LoadsAgainTheSame(string name, string ending)
    {
        using Model model = Model.Load(Extract(name, "trained.h5"));
        string path = _folder.File($"again{ending}");
        if (ending == ".weights.h5")
            model.SaveWeights(path);
        else
            model.Save(path);

        using Model again = ending == ".weights.h5" ? Model.FromJson(model.ToJson()) : Model.Load(path);
        if (ending == ".weights.h5")
            again.LoadWeights(path);

        foreach ((NDArray wanted, NDArray found) in model.GetWeights().Zip(again.GetWeights()))
            Near.Absolute(wanted, found, 0);
        if (ending != ".weights.h5")
            Assert.Equal(model.Optimizer!.GetState().Select(variable => variable.Path), again.Optimizer!.GetState().Select(variable => variable.Path));
        KerasFiles.AssertSame(JsonNode.Parse(model.ToJson()), JsonNode.Parse(again.ToJson()));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void ToJson_LoadedFile_IsWhatKerasWrites(string name)
    {
        using Model model = Model.Load(Extract(name, "untrained.keras"));
        JsonNode found = JsonNode.Parse(model.ToJson())!;
        // The recorded text has none.
        Assert.True(found["compile_config"]!.AsObject().Remove("optimizer"));

        KerasFiles.AssertSame(JsonNode.Parse(File.ReadAllText(GoldenCase.Locate($"functional/{name}/to_json.json"))), found);
        using Model again = Model.FromJson(model.ToJson());
        Assert.Equal(model.ToJson(), again.ToJson());
    }

    [Fact]
    public void SequentialLoad_FunctionalModel_NamesModelLoad()
    {
        var error = Assert.Throws<InvalidDataException>(() => Sequential.Load(Extract("residual_add", "trained.keras")));

        Assert.EndsWith("must hold a Sequential, but holds a functional model. Use Model.Load.", error.Message, StringComparison.Ordinal);
    }

    private static void Fit(Model model, GoldenCase golden) => model.Fit(
        Arrays(golden, "x_"),
        Arrays(golden, "y_"),
        batchSize: 8,
        epochs: 1,
        verbose: 0,
        shuffle: false,
        validationSplit: golden.Json["fit"]!["validation_split"]?.GetValue<double>() ?? 0,
        cancellationToken: TestContext.Current.CancellationToken);

    private static IReadOnlyList<string> Named(GoldenCase golden, string prefix) =>
        [.. golden.Names.Where(name => name.StartsWith(prefix, StringComparison.Ordinal) && !name.StartsWith($"{prefix}f64", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];

    private static IReadOnlyList<NDArray> Arrays(GoldenCase golden, string prefix) => [.. Named(golden, prefix).Select(name => golden[name])];

    private static IEnumerable<string> Paths(GoldenCase golden) => golden.Json["weights"]!.AsArray().Select(weight => weight!["path"]!.GetValue<string>());

    private static void AssertPredictions(GoldenCase golden, string prefix, Model model)
    {
        IReadOnlyList<string> names = Named(golden, prefix);
        AssertNear(golden, names, [.. names.Select(name => name.Replace("_", "_f64_", StringComparison.Ordinal))], model.Predict(Arrays(golden, "x_")));
    }

    // One sample of rounding: four times the difference of Keras' own float32 from its float64, and no less than 2e-6.
    private static void AssertNear(GoldenCase golden, IReadOnlyList<string> names, IReadOnlyList<string> exact, IReadOnlyList<NDArray> found)
    {
        Assert.Equal(names.Count, found.Count);
        for (int i = 0; i < names.Count; i++)
        {
            double[] rounded = Near.Doubles(golden[names[i]]);
            double[] precise = Near.Doubles(golden[exact[i]]);
            double largest = Math.Max(precise.Max(Math.Abs), 1e-30);
            double yardstick = rounded.Zip(precise, (a, b) => Math.Abs(a - b)).Max() / largest;
            Near.Relative(golden[names[i]], found[i], Math.Max(2e-6, 4 * yardstick), names[i]);
        }
    }

    private Model LoadAny(string name, string state, string ending)
    {
        if (ending != ".weights.h5")
            return Model.Load(Extract(name, state + ending));
        Model model = Model.FromJson(File.ReadAllText(GoldenCase.Locate($"functional/{name}/to_json.json")));
        model.LoadWeights(Extract(name, state + ending));
        return model;
    }

    private string Extract(string name, string file)
    {
        string path = _folder.File(file);
        using var packed = new GZipStream(File.OpenRead(GoldenCase.Locate($"functional/{name}/{file}.gz")), CompressionMode.Decompress);
        using FileStream target = File.Create(path);
        packed.CopyTo(target);
        return path;
    }
}
