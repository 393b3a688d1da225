using System.Globalization;
using System.Text.Json.Nodes;
using CifarVision.History;
using CifarVision.Losses;
using CifarVision.Metrics;
using CifarVision.Models;
using CifarVision.Optimizers;
using CifarVision.Runtime;
using CifarVision.Tests.Formats;
using CifarVision.Tests.Testing;

namespace CifarVision.Tests.Golden;

/// <summary>Small models that Keras created, trained and saved: they load from its files, predict, train on and are described as in Keras.</summary>
public class KerasRunGoldenTests
{
    // Keras' torch backend clips probabilities after a sigmoid; on TensorFlow the loss takes the logits, as here.
    private const string ClippedByTorch = "edge/saturated_sigmoid";

    // The inputs are 1,000 times as large as their deviation, so that Keras' own float32 numbers are less exact than the tolerance of the others.
    private const string LargeMean = "edge/bn_large_mean";

    // As in GoldenTolerance.
    private const double Margin = 4;

    public static TheoryData<string> Cases => [.. KerasRun.Paths];

    public static TheoryData<string> Trained => [.. KerasRun.Paths.Except([ClippedByTorch, LargeMean])];

    public static TheoryData<string> WithSummary => [.. KerasRun.Paths.Where(path => path.StartsWith("differential/", StringComparison.Ordinal))];

    [Theory]
    [MemberData(nameof(Trained))]
    public void Fit_ModelBeforeTraining_GivesKerasHistoryWeightsAndEvaluation(string path)
    {
        using KerasRun run = KerasRun.Load(path);
        using Model model = Model.Load(run.Locate("before.keras"));
        run.AssertPredictions("pred0", model.Predict(run["x"]));

        run.AssertHistory("history", Fit(model, run).History);

        run.AssertWeights("w1_", model.GetWeights());
        run.AssertPredictions("pred1", model.Predict(run["x"]));
        run.AssertEvaluation(model.Evaluate(run["x"], run["y"], batchSize: run.Json["evaluate_batch"]!.GetValue<int>(), verbose: 0, sampleWeight: run.Optional("sw")));
    }

    [Theory]
    [MemberData(nameof(Trained))]
    public void Fit_ModelAfterTraining_GoesOnAsKeras(string path)
    {
        using KerasRun run = KerasRun.Load(path);
        using Model model = Model.Load(run.Locate("after.keras"));
        run.AssertPredictions("pred1", model.Predict(run["x"]));

        run.AssertHistory("history2", Fit(model, run).History);

        run.AssertWeights("w2_", model.GetWeights());
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Load_LegacyFile_PredictsAsKeras(string path)
    {
        using KerasRun run = KerasRun.Load(path);

        using Model model = Model.Load(run.Locate("after.h5"));

        run.AssertWeights("w1_", model.GetWeights());
        run.AssertPredictions("pred1", model.Predict(run["x"]));
    }

    [Theory]
    [MemberData(nameof(WithSummary))]
    public void LoadWeights_OfTheTrainedModel_PredictsAsKeras(string path)
    {
        using KerasRun run = KerasRun.Load(path);
        using Model model = Model.Load(run.Locate("before.keras"));

        model.LoadWeights(run.Locate("after.weights.h5"));

        run.AssertPredictions("pred1", model.Predict(run["x"]));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void ToJson_LoadedModel_IsThatOfKeras(string path)
    {
        using KerasRun run = KerasRun.Load(path);
        using Model model = Model.Load(run.Locate("before.keras"));

        JsonNode expected = JsonNode.Parse(File.ReadAllText(run.Locate("to_json.txt")))!;
        // Keras' torch backend names its own module there, which no other backend can import; those on TensorFlow and JAX write this.
        JsonNode optimizer = expected["compile_config"]!["optimizer"]!;
        if (optimizer["module"]!.GetValue<string>().StartsWith("keras.src.backend.torch.optimizers.", StringComparison.Ordinal))
            (optimizer["module"], optimizer["registered_name"]) = ("keras.optimizers", null);
        KerasFiles.AssertSame(expected, JsonNode.Parse(model.ToJson()));
    }

    [Theory]
    [MemberData(nameof(WithSummary))]
    public void Summary_TrainedModel_IsThatOfKeras(string path)
    {
        using KerasRun run = KerasRun.Load(path);
        using Model model = Model.Load(run.Locate("after.keras"));
        using var text = new StringWriter();

        model.Summary(text);

        Assert.Equal(File.ReadAllText(run.Locate("summary_compiled.txt")), text.ToString());
    }

    [Fact]
    public void Fit_SaturatedSigmoid_TakesTheLogitsAsOnTensorFlow()
    {
        using KerasRun run = KerasRun.Load(ClippedByTorch);
        using Model model = Model.Load(run.Locate("before.keras"));
        run.AssertPredictions("pred0", model.Predict(run["x"]));
        double[] kernel = Near.Doubles(model.GetWeights()[0]);
        double bias = Near.Doubles(model.GetWeights()[1])[0];
        double expected = Logistic(Near.Doubles(run["x"]), Near.Doubles(run["y"]), kernel, ref bias, batchSize: 3, rate: model.Optimizer!.LearningRate);

        double found = Fit(model, run).History["loss"][0];

        Assert.Equal(expected, found, 1e-5 * expected);
        Near.Relative(np.array(kernel).reshape(-1, 1), model.GetWeights()[0], 1e-5);
        Assert.Equal(bias, Near.Doubles(model.GetWeights()[1])[0], 1e-5);
    }

    [Fact]
    public void Fit_LargeMean_IsAsNearToFloat64AsTheRuleForFloat32Says()
    {
        using KerasRun run = KerasRun.Load(LargeMean);
        using Model model = Model.Load(run.Locate("before.keras"));
        using Model exact = Model.Load(run.Locate("before.keras"));
        exact.Compile(exact.Optimizer!, new CategoricalCrossentropy(), [new Accuracy()], DTypePolicy.Float64);
        run.AssertPredictions("pred0", model.Predict(run["x"]));

        double loss = Fit(model, run).History["loss"][0];
        double exactLoss = Fit(exact, run).History["loss"][0];

        double keras = run.Json["history"]!["loss"]![0]!.GetValue<double>();
        Assert.Equal(exactLoss, loss, Margin * Math.Abs(keras - exactLoss));
        double largest = exact.GetWeights().Index().Max(weight => Distance(run[$"w1_{weight.Index:000}"], weight.Item));
        foreach ((NDArray right, NDArray found) in exact.GetWeights().Zip(model.GetWeights()))
            Near.Absolute(right, found, Margin * largest);
    }

    [Fact]
    public void Load_PolicyOfALayer_IsThatOfItsOutputs()
    {
        using KerasRun mixed = KerasRun.Load("edge/mixed_bfloat16");
        using Model halves = Model.Load(mixed.Locate("before.keras"));
        using KerasRun wide = KerasRun.Load("edge/float64_layers");
        using Model doubles = Model.Load(wide.Locate("before.keras"));

        Assert.All(halves.Layers[0].Call(mixed["x"]).ToArray<float>(), value => Assert.Equal(0, BitConverter.SingleToInt32Bits(value) & 0xffff));
        Assert.Contains(halves.Predict(mixed["x"]).ToArray<float>(), value => (BitConverter.SingleToInt32Bits(value) & 0xffff) != 0);
        Assert.Equal(NPTypeCode.Double, doubles.Predict(wide["x"]).typecode);
        // A Compile of the program's own decides over all layers.
        doubles.Compile(new SGD(), new CategoricalCrossentropy());
        Assert.Equal(NPTypeCode.Single, doubles.Predict(wide["x"]).typecode);
    }

    [Fact]
    public void Fit_FromLogitsAfterSoftmax_WarnsOnce()
    {
        using KerasRun run = KerasRun.Load("edge/softmax_from_logits");
        using Model model = Model.Load(run.Locate("before.keras"));
        string printed = ConsoleError.Capture(() =>
        {
            Fit(model, run);
            Fit(model, run);
        });

        Assert.Equal(
            "Sequential: CategoricalCrossentropy with fromLogits: true should be given logits, but the model ends with Softmax, whose output is probabilities. The loss takes the values before it, as in Keras on TensorFlow. Leave out the activation or fromLogits.",
            printed.TrimEnd());
    }

    private static double Distance(NDArray a, NDArray b) => Near.Doubles(a).Zip(Near.Doubles(b), (x, y) => Math.Abs(x - y)).Max();

    // One epoch of SGD on -y log p - (1 - y) log(1 - p), p the sigmoid of the logits, in float64; returns the mean loss.
    private static double Logistic(double[] x, double[] y, double[] kernel, ref double bias, int batchSize, double rate)
    {
        double sum = 0;
        for (int start = 0; start < y.Length; start += batchSize)
        {
            var gradient = new double[kernel.Length];
            double biasGradient = 0;
            for (int row = start; row < start + batchSize; row++)
            {
                double[] values = x[(row * kernel.Length)..((row + 1) * kernel.Length)];
                double logit = values.Zip(kernel, (value, weight) => value * weight).Sum() + bias;
                sum += Math.Max(logit, 0) - (logit * y[row]) + Math.Log(1 + Math.Exp(-Math.Abs(logit)));
                double slope = ((1 / (1 + Math.Exp(-logit))) - y[row]) / batchSize;
                gradient = [.. gradient.Zip(values, (total, value) => total + (slope * value))];
                biasGradient += slope;
            }

            for (int i = 0; i < kernel.Length; i++)
                kernel[i] -= rate * gradient[i];
            bias -= rate * biasGradient;
        }

        return sum / y.Length;
    }

    private static TrainingHistory Fit(Model model, KerasRun run)
    {
        JsonNode fit = run.Json["fit"]!;
        JsonNode extra = run.Json["extra"] ?? new JsonObject();
        return model.Fit(
            run["x"],
            run["y"],
            batchSize: fit["batch_size"]!.GetValue<int>(),
            epochs: fit["epochs"]!.GetValue<int>(),
            verbose: 0,
            validationSplit: fit["validation_split"]!.GetValue<double>(),
            validationData: run.Optional("xv") is { } xv ? (xv, run["yv"]) : null,
            shuffle: false,
            classWeight: fit["class_weight"]?.AsObject().ToDictionary(pair => int.Parse(pair.Key, CultureInfo.InvariantCulture), pair => pair.Value!.GetValue<double>()),
            sampleWeight: run.Optional("sw"),
            initialEpoch: extra["initial_epoch"]?.GetValue<int>() ?? 0,
            stepsPerEpoch: extra["steps_per_epoch"]?.GetValue<int>(),
            validationBatchSize: extra["validation_batch_size"]?.GetValue<int>(),
            validationFreq: extra["validation_freq"]?.GetValue<int>() ?? 1);
    }
}
