using System.Text.Json.Nodes;
using CifarVision.History;
using CifarVision.Losses;
using CifarVision.Metrics;
using CifarVision.Models;
using CifarVision.Optimizers;
using CifarVision.Runtime;
using CifarVision.Tests.Testing;

namespace CifarVision.Tests.Golden;

/// <summary>
/// Functional models trained by Keras from the same weights. The reference is Keras in float64: within 1e-9 in float64, in float32 within
/// four times the largest relative difference between Keras' own float32 and float64 numbers of that kind, at least 2e-6.
/// </summary>
public class FunctionalGoldenTests
{
    private const double Exact = 1e-9;
    private const double Rounding = 2e-6;

    // A metric counts in float32, whatever the model computes in.
    private const double MetricRounding = 5e-7;

    private static readonly string[] Cases = ["residual_add", "preact_batchnorm_skip", "nested_functional", "nested_sequential", "two_outputs"];

    public static TheoryData<string, DTypePolicy> Runs
    {
        get
        {
            var runs = new TheoryData<string, DTypePolicy>();
            foreach (string name in Cases)
            {
                runs.Add(name, DTypePolicy.Float32);
                runs.Add(name, DTypePolicy.Float64);
            }

            return runs;
        }
    }

    [Theory]
    [MemberData(nameof(Runs))]
    public void Fit_OneEpoch_GivesKerasHistoryEvaluationPredictionsAndWeights(string name, DTypePolicy precision)
    {
        GoldenCase golden = GoldenCase.Load($"functional/{name}");
        JsonObject differences = golden.Json["float32_minus_float64"]!.AsObject();
        using Model model = FunctionalModels.All[name]();
        Compile(model, golden.Json, precision);
        Assert.Equal(golden.Json["weights"]!.AsArray().Select(weight => weight!["trainable"]!.GetValue<bool>()), model.Weights.Select(weight => weight.Trainable));
        model.SetWeights([.. Arrays(golden, "w0_")]);
        NDArray[] x = [.. Arrays(golden, "x_")];
        NDArray[] y = [.. Arrays(golden, "y_")];
        AssertPredictions(golden, "pred0", model.Predict(x), precision);

        TrainingHistory history = model.Fit(
            x, y, batchSize: 8, epochs: 1, verbose: 0, shuffle: false, validationSplit: golden.Json["fit"]!["validation_split"]?.GetValue<double>() ?? 0);

        AssertFigures(golden.Json, "history", history.History.ToDictionary(pair => pair.Key, pair => pair.Value[0]), precision);
        double largest = precision == DTypePolicy.Float64 ? Exact : Tolerance(differences["weights"]!.AsObject().Select(pair => pair.Value![2]!.GetValue<double>()));
        foreach ((NDArray expected, Weight weight) in Arrays(golden, "w1_f64_").Zip(model.Weights))
            Near.Relative(expected, weight.ToArray(), largest, weight.Path);
        AssertPredictions(golden, "pred1", model.Predict(x), precision);
        AssertFigures(golden.Json, "evaluate_batch_5", model.Evaluate(x, y, batchSize: 5, verbose: 0), precision);
    }

    [Theory]
    [MemberData(nameof(Runs))]
    public void TrainOnBatch_StepByStep_GivesKerasFigures(string name, DTypePolicy precision)
    {
        GoldenCase golden = GoldenCase.Load($"functional/{name}");
        using Model model = FunctionalModels.All[name]();
        Compile(model, golden.Json, precision);
        model.SetWeights([.. Arrays(golden, "w0_")]);
        var steps = new List<IReadOnlyDictionary<string, double>>();
        for (int step = 0; step < 3; step++)
        {
            string rows = FormattableString.Invariant($"{step * 8}:{(step + 1) * 8}");
            steps.Add(model.TrainOnBatch(
                [.. Arrays(golden, "x_").Select(array => array[rows])], [.. Arrays(golden, "y_").Select(array => array[rows])]));

            // Keras recorded the means of the batches so far, which have equal numbers of rows, in float32: both have their rounding.
            foreach ((string key, JsonNode? values) in golden.Json["running_logs_per_batch"]!.AsObject())
            {
                double expected = values![step]!.GetValue<double>();
                Assert.Equal(expected, steps.Average(logs => logs[key]), 2 * Rounding * Math.Max(1, expected));
            }
        }
    }

    [Fact]
    public void Layers_EveryCase_ComeInKerasOrderWithItsNames()
    {
        foreach (string name in Cases.Except(["two_outputs"]))
        {
            using Model model = FunctionalModels.All[name]();
            string[] expected = [.. GoldenCase.Load($"functional/{name}").Json["layers"]!.AsArray().Select(layer => layer!["class_name"]!.GetValue<string>())];

            Assert.Equal(expected, model.Layers.Select(layer => layer.KerasClass));
        }
    }

    private static void Compile(Model model, JsonObject json, DTypePolicy precision)
    {
        // Rounded to what it was before Keras took it as float32.
        double rate = Math.Round(json["optimizer"]!["config"]!["learning_rate"]!.GetValue<double>(), 6);
        Optimizer optimizer = json["optimizer"]!["class_name"]!.GetValue<string>() == "Adam"
            ? new Adam(rate)
            : new SGD(rate, json["optimizer"]!["config"]!["momentum"]!.GetValue<double>());
        if (model.Outputs.Count == 2)
        {
            model.Compile(
                optimizer,
                [new CategoricalCrossentropy(), new MeanSquaredError()],
                [1, 0.3],
                [[new Accuracy()], [new MeanLoss(new MeanAbsoluteError(), "mae")]],
                precision);
            return;
        }

        Loss loss = json["loss"]!.GetValue<string>() == "sparse_categorical_crossentropy" ? new SparseCategoricalCrossentropy() : new CategoricalCrossentropy();
        model.Compile(optimizer, loss, [new Accuracy()], precision);
    }

    private static IEnumerable<NDArray> Arrays(GoldenCase golden, string prefix) => golden.Names
        .Where(name => name.StartsWith(prefix, StringComparison.Ordinal) && char.IsAsciiDigit(name[prefix.Length]))
        .Order(StringComparer.Ordinal)
        .Select(name => golden[name]);

    private static void AssertPredictions(GoldenCase golden, string prefix, IReadOnlyList<NDArray> actual, DTypePolicy precision)
    {
        NDArray[] exact = [.. Arrays(golden, $"{prefix}_f64_")];
        double tolerance = precision == DTypePolicy.Float64 ? Exact : Tolerance(Arrays(golden, $"{prefix}_").Zip(exact, Quotient));
        Assert.Equal(exact.Length, actual.Count);
        foreach ((NDArray expected, NDArray found) in exact.Zip(actual))
            Near.Relative(expected, found, tolerance, prefix);
    }

    private static void AssertFigures(JsonObject json, string what, IReadOnlyDictionary<string, double> actual, DTypePolicy precision)
    {
        Dictionary<string, double> exact = Numbers(json[$"{what}_float64"]!);
        Dictionary<string, double> rounded = Numbers(json[what]!);
        Assert.Equal(exact.Keys.Order(StringComparer.Ordinal), actual.Keys.Order(StringComparer.Ordinal));
        foreach ((string key, double expected) in exact)
        {
            bool isLoss = IsLoss(key);
            double tolerance = precision == DTypePolicy.Float64
                ? (isLoss ? Exact : MetricRounding)
                : Tolerance(exact.Keys.Where(other => IsLoss(other) == isLoss).Select(other => Math.Abs(rounded[other] - exact[other]) / Math.Max(Math.Abs(exact[other]), 1e-30)));
            Assert.True(Math.Abs(expected - actual[key]) <= tolerance * Math.Abs(expected), $"{what} {key}: expected {expected:R}, found {actual[key]:R}, over {tolerance:E2}");
        }
    }

    private static bool IsLoss(string key) => key.EndsWith("loss", StringComparison.Ordinal);

    // A history has a list for each key, of one epoch here.
    private static Dictionary<string, double> Numbers(JsonNode figures) =>
        figures.AsObject().ToDictionary(pair => pair.Key, pair => (pair.Value is JsonArray list ? list[0]! : pair.Value!).GetValue<double>());

    private static double Tolerance(IEnumerable<double> quotients) => Math.Max(Rounding, 4 * quotients.Max());

    private static double Quotient(NDArray rounded, NDArray exact)
    {
        double[] values = Near.Doubles(exact);
        return Near.Doubles(rounded).Zip(values, (a, b) => Math.Abs(a - b)).Max() / values.Max(Math.Abs);
    }
}
