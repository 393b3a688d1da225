using System.Text.Json.Nodes;
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

/// <summary>A whole training run against Keras' own: three times the run's own rounding yardstick, as measured with Keras.</summary>
public class TrainingGoldenTests
{
    private const double WeightTolerance = 1e-6;
    private const double HistoryTolerance = 3e-6;

    private readonly GoldenCase _data = GoldenCase.Load("training/data");
    private readonly GoldenCase _initial = GoldenCase.Load("training/initial_weights");

    [Fact]
    public void Fit_ThreeEpochsOnArrays_GivesKerasHistoryWeightsAndPredictions()
    {
        using Sequential model = Start();
        TrainingHistory history = model.Fit(_data["x"], _data["y_onehot"], batchSize: 16, epochs: 3, verbose: 0, shuffle: false, validationSplit: 0.25, cancellationToken: TestContext.Current.CancellationToken);

        AssertKerasHistory(history);
        SmallAlexNet.AssertWeights(GoldenCase.Load("training/final_weights"), "", model, WeightTolerance);
        Near.Absolute(GoldenCase.Load("training/predictions")["predictions"], model.Predict(_data["x"]), HistoryTolerance, "predictions");
    }

    [Fact]
    public void Fit_ThreeEpochsOnBytes_GivesTheSame()
    {
        var dataset = new ImageDataset(_data["images_u8"], _data["labels"], classCount: 10);
        using Sequential model = Start();
        TrainingHistory history = model.Fit(dataset, batchSize: 16, epochs: 3, verbose: 0, shuffle: false, validationSplit: 0.25, cancellationToken: TestContext.Current.CancellationToken);

        AssertKerasHistory(history);
        SmallAlexNet.AssertWeights(GoldenCase.Load("training/final_weights"), "", model, WeightTolerance);
    }

    [Fact]
    public void Fit_SparseLabels_GivesTheSame()
    {
        using Sequential model = Start(new SparseCategoricalCrossentropy());
        TrainingHistory history = model.Fit(_data["x"], _data["labels"], batchSize: 16, epochs: 3, verbose: 0, shuffle: false, validationSplit: 0.25, cancellationToken: TestContext.Current.CancellationToken);

        AssertKerasHistory(history);
        SmallAlexNet.AssertWeights(GoldenCase.Load("training/final_weights"), "", model, WeightTolerance);
    }

    [Fact]
    public void Fit_Float64_GivesKerasHistoryInFloat64()
    {
        using Sequential model = Start(precision: DTypePolicy.Float64);
        TrainingHistory history = model.Fit(_data["x"], _data["y_onehot"], batchSize: 16, epochs: 3, verbose: 0, shuffle: false, validationSplit: 0.25, cancellationToken: TestContext.Current.CancellationToken);

        // Keras' figures of this run are float32 all the same: 5e-7 is two units in the last place of 2.8.
        AssertKerasHistory(history, "history_float64", 5e-7);
    }

    [Fact]
    public void TrainOnBatch_ThreeSteps_GivesKerasWeightsAndRunningMeans()
    {
        GoldenCase steps = GoldenCase.Load("training/step_weights");
        JsonNode running = ReadHistory()["running_logs_per_batch"]!;
        using Sequential model = Start();
        for (int step = 0; step < 3; step++)
        {
            string rows = FormattableString.Invariant($"{step * 16}:{(step + 1) * 16}");
            IReadOnlyDictionary<string, double> logs = model.TrainOnBatch(_data["x"][rows], _data["y_onehot"][rows]);

            SmallAlexNet.AssertWeights(steps, FormattableString.Invariant($"s{step + 1}_"), model, WeightTolerance);
            Assert.Equal(running["loss"]![step]!.GetValue<double>(), logs["loss"], HistoryTolerance);
            Assert.Equal(running["accuracy"]![step]!.GetValue<double>(), logs["accuracy"], HistoryTolerance);
        }
    }

    [Fact]
    public void FirstStep_LayerByLayer_GivesKerasActivationsGradientsAndStatistics()
    {
        GoldenCase first = GoldenCase.Load("training/first_step");
        using Sequential model = Start();
        using var scope = torch.NewDisposeScope();
        foreach (bool training in new[] { false, true })
        {
            // Each layer from Keras' own input, so that one layer's rounding is not counted as the next one's.
            Tensor input = first.Tensor("x");
            for (int i = 0; i < model.Layers.Count; i++)
            {
                string name = FormattableString.Invariant($"{(training ? "train" : "infer")}_act{i:00}_{model.Layers[i].Name}");
                Tensor output = model.Layers[i].Forward(input, training);
                if (training && model.Layers[i] is BatchNormalization normalization)
                {
                    // Keras' torch backend takes the variance as E[x^2] - E[x]^2 in float32; the exact one is ours.
                    Near.Relative(Normalize(normalization, input), output, 2e-6, name);
                    Near.Relative(first[name], output, 1e-5, name);
                }
                else
                {
                    Near.Relative(first[name], output, 2e-6, name);
                }

                input = first.Tensor(name);
            }
        }

        model.SetWeights(SmallAlexNet.Weights(_initial));
        Tensor x = first.Tensor("x", requiresGrad: true);
        Tensor loss = new CategoricalCrossentropy().Call(first.Tensor("y"), model.Forward(x, training: true));
        loss.backward();
        Near.Relative(first["loss"], loss.reshape(1), 2e-6, "loss");
        Near.Relative(first["dx"], x.grad!, 1e-5, "dx");
        // Keras' rounding of three variances is in these; a step of rate 0.01 from them agrees to 1e-6 (the test above).
        for (int i = 0; i < model.Weights.Count; i++)
        {
            Weight weight = model.Weights[i];
            string name = first.Names.Single(name => name.Contains(FormattableString.Invariant($"_{i:00}_"), StringComparison.Ordinal) && !name.Contains("act", StringComparison.Ordinal));
            double largest = Near.Doubles(first[name]).Max(Math.Abs);
            // A bias that a normalization takes out again has no gradient: what stands there is rounding.
            Near.Absolute(first[name], ArrayConversion.ToNDArray(weight.Trainable ? weight.Value.grad! : weight.Value), Math.Max(1e-5 * largest, 1e-6), name);
        }
    }

    [Theory]
    [InlineData("logits")]
    [InlineData("probabilities")]
    public void Saturation_FourSteps_FollowsThePathOfTheLoss(string path)
    {
        GoldenCase saturation = GoldenCase.Load("training/saturation");
        using Sequential model = SmallAlexNet.Create();
        model.SetWeights(SmallAlexNet.Weights(saturation, "w0_"));
        Loss loss = path == "logits" ? new CategoricalCrossentropy() : new OnProbabilities();
        model.Compile(new SGD(0.001), loss);
        JsonNode expected = saturation.Json[path]!["loss_per_step"]!;
        for (int step = 0; step < 4; step++)
        {
            model.ResetMetrics();
            double found = model.TrainOnBatch(saturation["x"], saturation["y"])["loss"];
            double wanted = expected[step]!.GetValue<double>();
            Assert.Equal(wanted, found, 2e-5 * Math.Max(wanted, 1));
        }

        SmallAlexNet.AssertWeights(saturation, $"final_{path}_", model, 2e-5);
    }

    private static NDArray Normalize(BatchNormalization layer, Tensor x)
    {
        Tensor wide = x.to(ScalarType.Float64);
        Tensor mean = wide.mean([0, 1, 2]);
        Tensor variance = wide.var([0, 1, 2], unbiased: false);
        Tensor normalized = (wide - mean) / (variance + 1e-3).sqrt();
        return ArrayConversion.ToNDArray(((normalized * layer.Weights[0].Value) + layer.Weights[1].Value).to(ScalarType.Float32));
    }

    private static JsonNode ReadHistory() => JsonNode.Parse(File.ReadAllText(GoldenCase.Locate("training/history.json")))!;

    private static void AssertKerasHistory(TrainingHistory history, string run = "history", double tolerance = HistoryTolerance)
    {
        JsonObject expected = ReadHistory()[run]!.AsObject();
        Assert.Equal(expected.Select(pair => pair.Key), history.History.Keys);
        foreach ((string key, JsonNode? values) in expected)
        {
            Assert.Equal(3, history.History[key].Count);
            for (int epoch = 0; epoch < 3; epoch++)
                Assert.Equal(values![epoch]!.GetValue<double>(), history.History[key][epoch], tolerance);
        }
    }

    private Sequential Start(Loss? loss = null, DTypePolicy precision = DTypePolicy.Float32)
    {
        Sequential model = SmallAlexNet.Create();
        model.SetWeights(SmallAlexNet.Weights(_initial));
        model.Compile(new SGD(learningRate: 0.01), loss ?? new CategoricalCrossentropy(), [new Accuracy()], precision);
        return model;
    }

    /// <summary>A loss of a user's own, which offers no way through the logits: Keras' crossentropy on probabilities.</summary>
    private sealed class OnProbabilities : Loss
    {
        protected override Tensor PerSample(Tensor yTrue, Tensor yPred) =>
            -(yTrue * (yPred / yPred.sum(-1, keepdim: true)).clamp(1e-7f, 1 - 1e-7f).log()).sum(-1);
    }
}
