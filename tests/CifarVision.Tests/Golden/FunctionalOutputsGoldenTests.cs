using System.Text.Json.Nodes;
using CifarVision.Losses;
using CifarVision.Metrics;
using CifarVision.Models;
using CifarVision.Optimizers;
using CifarVision.Tests.Testing;

namespace CifarVision.Tests.Golden;

/// <summary>The ways to compile and train a model of two outputs, of which Keras recorded keys and numbers.</summary>
public class FunctionalOutputsGoldenTests
{
    // Keras recorded float32 numbers only, so both have their rounding.
    private const double Rounding = 4e-6;

    private static readonly GoldenCase Golden = GoldenCase.Load("functional/two_outputs_keys");

    private static readonly Dictionary<string, Action<Model>> Compilations = new()
    {
        ["dict losses, dict metrics, validation_split"] = model => Compile(model, metrics: [[new Accuracy()], [Mae()]]),
        ["dict losses, y a dict, loss_weights"] = model => Compile(model, lossWeights: [0.5, 2], metrics: [[new Accuracy()], []]),
        ["list losses, list of lists of metrics, outputs not named"] = model => Compile(model, metrics: [[new Accuracy(), Mse()], [Mae()]]),
        ["one loss for both, no metrics"] = model => model.Compile(new SGD(0.02), new MeanSquaredError()),
        ["loss None for the second output in a list"] = model =>
            model.Compile(new SGD(0.02), [new CategoricalCrossentropy(), null], metrics: [[new Accuracy()], [Mae()]]),
        ["one metric name for both"] = model => Compile(model, metrics: [[Mae()], [Mae()]]),
        ["sample_weight list with validation_split"] = model => Compile(model, metrics: [[new Accuracy()], []]),
        ["loss_weights as a list"] = model => Compile(model, lossWeights: [0.7, 0.2], metrics: [[], [Mae()]]),
    };

    public static TheoryData<string> Variants => [.. Compilations.Keys];

    /// <summary>Those that Keras trained and that can be stated in the file of the model with named outputs.</summary>
    public static TheoryData<string> StatedInFiles =>
    [
        .. Golden.Json["variants"]!.AsArray()
            .Where(node => node!["history"] is not null && node["named_outputs"]!.GetValue<bool>())
            .Select(node => node!["variant"]!.GetValue<string>())
            .Except(["too few losses in a list", "weighted_metrics and sample_weight list"]),
    ];

    [Theory]
    [MemberData(nameof(Variants))]
    public void Fit_Variant_GivesKerasKeysAndNumbers(string variant)
    {
        JsonObject recorded = Recorded(variant);
        bool named = recorded["named_outputs"]!.GetValue<bool>();
        using Model model = FunctionalModels.TwoOutputs(named ? "class_out" : null, named ? "value_out" : null);
        Assert.Equal(recorded["output_names"]!.AsArray().Select(name => name!.GetValue<string>()), model.Outputs.Select(output => output.Name));
        Compilations[variant](model);
        model.SetWeights([.. Golden.Names.Where(name => name.StartsWith("w0_", StringComparison.Ordinal)).Order(StringComparer.Ordinal).Select(name => Golden[name])]);
        NDArray[] x = [Golden["x"]];
        NDArray[] y = [Golden["y_0"], Golden["y_1"]];
        NDArray[]? weights = recorded["fit"]!["sample_weight"] is null ? null : [Golden["sample_weight_0"], Golden["sample_weight_1"]];

        IReadOnlyDictionary<string, IReadOnlyList<double>> history = model.Fit(
            x, y, batchSize: 8, epochs: 2, verbose: 0, shuffle: false, validationSplit: recorded["fit"]!["validation_split"]?.GetValue<double>() ?? 0, sampleWeight: weights).History;

        JsonObject expected = recorded["history"]!.AsObject();
        Assert.Equal(expected.Select(pair => pair.Key).Order(StringComparer.Ordinal), history.Keys.Order(StringComparer.Ordinal));
        foreach ((string key, JsonNode? values) in expected)
        {
            for (int epoch = 0; epoch < 2; epoch++)
                AssertNear(key, values![epoch]!.GetValue<double>(), history[key][epoch]);
        }

        IReadOnlyDictionary<string, double> evaluation = model.Evaluate(x, y, verbose: 0);
        JsonObject expectedEvaluation = recorded["evaluate_return_dict"]!.AsObject();
        Assert.Equal(expectedEvaluation.Select(pair => pair.Key).Order(StringComparer.Ordinal), evaluation.Keys.Order(StringComparer.Ordinal));
        foreach ((string key, JsonNode? value) in expectedEvaluation)
            AssertNear(key, value!.GetValue<double>(), evaluation[key]);
        Assert.Equal(
            recorded["train_on_batch_keys"]!.AsArray().Select(key => key!.GetValue<string>()).Order(StringComparer.Ordinal), model.TrainOnBatch(x, y).Keys.Order(StringComparer.Ordinal));
    }

    /// <summary>The variants as a file states them: by the names of outputs, too, and with the errors that follow.</summary>
    [Theory]
    [MemberData(nameof(StatedInFiles))]
    public void FromJson_Variant_GivesKerasKeysAndNumbers(string variant)
    {
        JsonObject recorded = Recorded(variant);
        using Model model = Model.FromJson(Stated(recorded));
        model.SetWeights([.. Golden.Names.Where(name => name.StartsWith("w0_", StringComparison.Ordinal)).Order(StringComparer.Ordinal).Select(name => Golden[name])]);
        NDArray[]? weights = recorded["fit"]!["sample_weight"] is null ? null : [Golden["sample_weight_0"], Golden["sample_weight_1"]];

        IReadOnlyDictionary<string, IReadOnlyList<double>> history = model.Fit(
            [Golden["x"]], [Golden["y_0"], Golden["y_1"]], batchSize: 8, epochs: 2, verbose: 0, shuffle: false,
            validationSplit: recorded["fit"]!["validation_split"]?.GetValue<double>() ?? 0, sampleWeight: weights).History;

        JsonObject expected = recorded["history"]!.AsObject();
        Assert.Equal(expected.Select(pair => pair.Key).Order(StringComparer.Ordinal), history.Keys.Order(StringComparer.Ordinal));
        foreach ((string key, JsonNode? values) in expected)
        {
            for (int epoch = 0; epoch < 2; epoch++)
                AssertNear(key, values![epoch]!.GetValue<double>(), history[key][epoch]);
        }
    }

    [Theory]
    [InlineData("no loss for the second output", "loss must have an entry for each of the outputs class_out, value_out, but has none for 'value_out'.")]
    [InlineData("unknown key in loss", "loss must be for outputs of the model (class_out, value_out), but was for 'nope'.")]
    [InlineData("unknown key in metrics", "metrics must be for outputs of the model (class_out, value_out), but was for 'nope'.")]
    [InlineData("too few losses in a list", "loss must have an entry for each of the 2 outputs, but was [\"mse\"].")]
    [InlineData("weighted_metrics and sample_weight list", "weighted_metrics is supported only as []")]
    public void FromJson_VariantThatMeansNothingHere_SaysWhy(string variant, string message)
    {
        var error = Assert.Throws<InvalidDataException>(() => Model.FromJson(Stated(Recorded(variant))).Dispose());

        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Fit_ClassWeightForTwoOutputs_IsAnErrorAsInKeras()
    {
        Assert.StartsWith("ValueError: `class_weight` is only supported", Recorded("class_weight")["error"]!.GetValue<string>(), StringComparison.Ordinal);
        using Model model = FunctionalModels.TwoOutputs("class_out", "value_out");
        Compile(model);

        var error = Assert.Throws<ArgumentException>(() => model.Fit([Golden["x"]], [Golden["y_0"], Golden["y_1"]], verbose: 0, classWeight: new Dictionary<int, double> { [1] = 2 }));

        Assert.StartsWith("Model: classWeight is for models of one output, but this one has 2.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Compile_TooFewLosses_SaysHowMany()
    {
        using Model model = FunctionalModels.TwoOutputs("class_out", "value_out");

        var error = Assert.Throws<ArgumentException>(() => model.Compile(new SGD(0.02), [new MeanSquaredError()]));

        Assert.StartsWith("Model: losses must have an entry for each of the 2 outputs (class_out, value_out), but had 1.", error.Message, StringComparison.Ordinal);
    }

    // Keras refuses a table of losses that leaves an output out.
    [Fact]
    public void ToJson_LossOfOneOutputOnly_StatesTheOtherAsNull()
    {
        using Model model = FunctionalModels.TwoOutputs("class_out", "value_out");
        model.Compile(new SGD(0.02), [new CategoricalCrossentropy(), null]);

        JsonObject losses = JsonNode.Parse(model.ToJson())!["compile_config"]!["loss"]!.AsObject();
        using Model read = Model.FromJson(model.ToJson());

        Assert.True(losses.ContainsKey("value_out"));
        Assert.Null(losses["value_out"]);
        Assert.Null(read.Compiled!.Losses[1]);
    }

    // What Keras writes for a model that is compiled so.
    private static string Stated(JsonObject recorded)
    {
        JsonObject envelope = JsonNode.Parse(File.ReadAllText(GoldenCase.Locate("functional/two_outputs/to_json.json")))!.AsObject();
        JsonObject compile = envelope["compile_config"]!.AsObject();
        compile["optimizer"] = new SGD(0.02).ToKeras();
        foreach (string key in new[] { "loss", "loss_weights", "metrics", "weighted_metrics" })
            compile[key] = recorded["compile"]![key]?.DeepClone();
        return envelope.ToJsonString();
    }

    private static JsonObject Recorded(string variant) =>
        Golden.Json["variants"]!.AsArray().Select(node => node!.AsObject()).Single(node => node["variant"]!.GetValue<string>() == variant);

    private static void Compile(Model model, double[]? lossWeights = null, Metric[][]? metrics = null) =>
        model.Compile(new SGD(0.02), [new CategoricalCrossentropy(), new MeanSquaredError()], lossWeights, metrics);

    private static MeanLoss Mae() => new(new MeanAbsoluteError(), "mae");

    private static MeanLoss Mse() => new(new MeanSquaredError(), "mse");

    private static void AssertNear(string key, double expected, double actual) =>
        Assert.True(Math.Abs(expected - actual) <= Rounding * Math.Max(1, Math.Abs(expected)), $"{key}: expected {expected:R}, found {actual:R}");
}
