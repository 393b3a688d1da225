using System.Text.Json.Nodes;
using CifarVision.Callbacks;
using CifarVision.Datasets;
using CifarVision.History;
using CifarVision.Layers;
using CifarVision.Losses;
using CifarVision.Metrics;
using CifarVision.Models;
using CifarVision.Optimizers;
using CifarVision.Runtime;
using CifarVision.Tests.Testing;

namespace CifarVision.Tests.Golden;

/// <summary>A whole training run against Keras' own.</summary>
public class TrainingGoldenTests
{
    private const string HistoryPath = "training/history";

    private readonly List<Dictionary<string, double>> _batchLogs = [];
    private readonly GoldenCase _data = GoldenCase.Load("training/data");
    private readonly GoldenCase _initial = GoldenCase.Load("training/initial_weights");

    public static TheoryData<DTypePolicy> Precisions => [DTypePolicy.Float32, DTypePolicy.Float64];

    [Theory]
    [MemberData(nameof(Precisions))]
    public void Fit_ThreeEpochsOnArrays_GivesKerasHistoryWeightsAndPredictions(DTypePolicy precision)
    {
        using Sequential model = Start(precision);
        var running = new LambdaCallback(onTrainBatchEnd: (_, _, logs) => _batchLogs.Add(logs.ToDictionary()));
        TrainingHistory history = model.Fit(_data["x"], _data["y_onehot"], batchSize: 16, epochs: 3, verbose: 0, shuffle: false, validationSplit: 0.25, callbacks: [running], cancellationToken: TestContext.Current.CancellationToken);

        AssertKerasRun(history, model, precision);
        foreach (string figure in new[] { "loss", "accuracy" })
        {
            double[] expected = [.. KerasHistory()["running_logs_per_batch"]![figure]!.AsArray().Select(value => value!.GetValue<double>())];
            foreach ((double wanted, double found) in expected.Zip(_batchLogs.Select(logs => logs[figure]), (a, b) => (a, b)))
                Assert.Equal(wanted, found, GoldenTolerance.Of(HistoryPath, figure, precision));
            Assert.Equal(expected.Length, _batchLogs.Count);
        }

        GoldenCase.Load("training/predictions", precision).AssertNear("predictions", model.Predict(_data["x"]));
    }

    // In float32 only: there 1/255 of a byte is the very number of the oracle's x, in float64 it is a better one.
    [Fact]
    public void Fit_ThreeEpochsOnBytes_GivesTheSame()
    {
        var dataset = new ImageDataset(_data["images_u8"], _data["labels"], classCount: 10);
        using Sequential model = Start(DTypePolicy.Float32);
        TrainingHistory history = model.Fit(dataset, batchSize: 16, epochs: 3, verbose: 0, shuffle: false, validationSplit: 0.25, cancellationToken: TestContext.Current.CancellationToken);

        AssertKerasRun(history, model, DTypePolicy.Float32);
    }

    [Theory]
    [MemberData(nameof(Precisions))]
    public void Fit_SparseLabels_GivesTheSame(DTypePolicy precision)
    {
        using Sequential model = Start(precision, new SparseCategoricalCrossentropy());
        TrainingHistory history = model.Fit(_data["x"], _data["labels"], batchSize: 16, epochs: 3, verbose: 0, shuffle: false, validationSplit: 0.25, cancellationToken: TestContext.Current.CancellationToken);

        AssertKerasRun(history, model, precision);
    }

    [Theory]
    [MemberData(nameof(Precisions))]
    public void TrainOnBatch_ThreeSteps_GivesKerasWeightsAndFigures(DTypePolicy precision)
    {
        GoldenCase steps = GoldenCase.Load("training/step_weights", precision);
        JsonNode running = KerasHistory()["running_logs_per_batch"]!;
        using Sequential model = Start(precision);
        for (int step = 0; step < 3; step++)
        {
            string rows = FormattableString.Invariant($"{step * 16}:{(step + 1) * 16}");
            _batchLogs.Add(model.TrainOnBatch(_data["x"][rows], _data["y_onehot"][rows]).ToDictionary());

            SmallAlexNet.AssertWeights(steps, FormattableString.Invariant($"s{step + 1}_"), model);
            // Keras recorded the means of the batches so far, which have equal numbers of rows.
            foreach (string figure in new[] { "loss", "accuracy" })
                Assert.Equal(running[figure]![step]!.GetValue<double>(), _batchLogs.Average(logs => logs[figure]), GoldenTolerance.Of(HistoryPath, figure, precision));
        }
    }

    [Theory]
    [MemberData(nameof(Precisions))]
    public void FirstStep_LayerByLayer_GivesKerasActivationsGradientsAndStatistics(DTypePolicy precision)
    {
        GoldenCase first = GoldenCase.Load("training/first_step", precision);
        using Sequential model = Start(precision);
        using var scope = torch.NewDisposeScope();
        foreach (bool training in new[] { false, true })
        {
            // Each layer from Keras' own input, so that one layer's rounding is not counted as the next one's.
            Tensor input = first.Tensor("x");
            for (int i = 0; i < model.Layers.Count; i++)
            {
                string name = FormattableString.Invariant($"{(training ? "train" : "infer")}_act{i:00}_{model.Layers[i].Name}");
                first.AssertNear(name, model.Layers[i].Forward(input, training));
                input = first.Tensor(name);
            }
        }

        model.SetWeights(SmallAlexNet.Weights(_initial));
        Tensor x = first.Tensor("x", requiresGrad: true);
        Tensor loss = new CategoricalCrossentropy().Call(first.Tensor("y"), model.Forward(x, training: true));
        loss.backward();
        first.AssertNear("loss", loss.reshape(1));
        first.AssertNear("dx", x.grad!);
        AssertGradients(first, "grad_", model);
        foreach ((int i, Weight weight) in model.Weights.Index().Where(pair => !pair.Item.Trainable))
            first.AssertNear(NameOf(first, FormattableString.Invariant($"after_{i:00}_")), weight.ToArray());
    }

    [Theory]
    [InlineData("logits", DTypePolicy.Float32)]
    [InlineData("logits", DTypePolicy.Float64)]
    [InlineData("probabilities", DTypePolicy.Float32)]
    [InlineData("probabilities", DTypePolicy.Float64)]
    public void Saturation_FourSteps_FollowsThePathOfTheLoss(string path, DTypePolicy precision)
    {
        GoldenCase saturation = GoldenCase.Load("training/saturation", precision);
        using Sequential model = SmallAlexNet.Create();
        Loss loss = path == "logits" ? new CategoricalCrossentropy() : new OnProbabilities();
        model.Compile(new SGD(0.001), loss, precision: precision);
        model.SetWeights(SmallAlexNet.Weights(saturation, "w0_"));
        for (int step = 0; step < 4; step++)
        {
            double found = model.TrainOnBatch(saturation["x"], saturation["y"])["loss"];
            saturation.AssertNear($"loss_{path}", step, np.array(new[] { found }));
        }

        SmallAlexNet.AssertWeights(saturation, $"final_{path}_", model);
    }

    [Theory]
    [InlineData("logits", DTypePolicy.Float32)]
    [InlineData("logits", DTypePolicy.Float64)]
    [InlineData("probabilities", DTypePolicy.Float32)]
    [InlineData("probabilities", DTypePolicy.Float64)]
    public void Saturation_FirstStep_GivesKerasPredictionsAndGradients(string path, DTypePolicy precision)
    {
        GoldenCase saturation = GoldenCase.Load("training/saturation", precision);
        using Sequential model = SmallAlexNet.Create(path == "logits" ? ActivationFunction.Linear : ActivationFunction.Softmax);
        model.Compile(new SGD(0.001), new CategoricalCrossentropy(), precision: precision);
        model.SetWeights(SmallAlexNet.Weights(saturation, "w0_"));
        using var scope = torch.NewDisposeScope();

        Tensor output = model.Forward(saturation.Tensor("x"), training: true);
        new CategoricalCrossentropy(fromLogits: path == "logits").Call(saturation.Tensor("y"), output).backward();

        saturation.AssertNear("predictions_step1", path == "logits" ? output.softmax(-1) : output);
        AssertGradients(saturation, $"grad_{path}_", model);
    }

    private static void AssertGradients(GoldenCase golden, string prefix, Sequential model)
    {
        foreach ((int i, Weight weight) in model.Weights.Index().Where(pair => pair.Item.Trainable))
            golden.AssertNear(NameOf(golden, FormattableString.Invariant($"{prefix}{i:00}_")), weight.Value.grad!);
    }

    private static string NameOf(GoldenCase golden, string prefix) => golden.Names.Single(name => name.StartsWith(prefix, StringComparison.Ordinal));

    private static JsonNode KerasHistory() => JsonNode.Parse(File.ReadAllText(GoldenCase.Locate($"float64/{HistoryPath}.json")))!;

    private static void AssertKerasRun(TrainingHistory history, Sequential model, DTypePolicy precision)
    {
        GoldenLedger.Claim(HistoryPath, precision);
        JsonObject expected = KerasHistory()["history"]!.AsObject();
        Assert.Equal(expected.Select(pair => pair.Key).Order(StringComparer.Ordinal), history.History.Keys.Order(StringComparer.Ordinal));
        foreach ((string key, JsonNode? values) in expected)
        {
            Assert.Equal(3, history.History[key].Count);
            for (int epoch = 0; epoch < 3; epoch++)
                Assert.Equal(values![epoch]!.GetValue<double>(), history.History[key][epoch], GoldenTolerance.Of(HistoryPath, key, precision));
        }

        SmallAlexNet.AssertWeights(GoldenCase.Load("training/final_weights", precision), "", model);
    }

    private Sequential Start(DTypePolicy precision, Loss? loss = null)
    {
        Sequential model = SmallAlexNet.Create();
        model.Compile(new SGD(learningRate: 0.01), loss ?? new CategoricalCrossentropy(), [new Accuracy()], precision);
        model.SetWeights(SmallAlexNet.Weights(_initial));
        return model;
    }

    /// <summary>A loss of a user's own, which offers no way through the logits: Keras' crossentropy on probabilities.</summary>
    private sealed class OnProbabilities : Loss
    {
        protected override Tensor PerSample(Tensor yTrue, Tensor yPred) =>
            -(yTrue * (yPred / yPred.sum(-1, keepdim: true)).Clamp(1e-7, 1 - 1e-7).log()).sum(-1);
    }
}
