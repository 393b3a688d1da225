using System.Text.Json.Nodes;
using CifarVision.Layers;
using CifarVision.Losses;
using CifarVision.Metrics;
using CifarVision.Models;
using CifarVision.Optimizers;
using CifarVision.Runtime;
using CifarVision.Tests.Testing;

namespace CifarVision.Tests.Formats;

/// <summary>Optimizer, loss and metrics in a file: names where Keras writes names, objects where it writes objects, and a state to go on from.</summary>
public sealed class CompileStateTests : IDisposable
{
    private static readonly Dictionary<string, Func<Optimizer>> ByName = new()
    {
        ["SGD with all"] = () => new SGD(0.1, momentum: 0.9, nesterov: true, weightDecay: 1e-3),
        ["SGD with a schedule"] = () => new SGD(new CosineDecay(0.1, 20)),
        ["SGD with averages"] = () => new SGD(0.1, useEma: true, gradientAccumulationSteps: 2),
        ["RMSprop"] = () => new RMSprop(momentum: 0.5, centered: true),
        ["Adam"] = () => new Adam(amsgrad: true, clipNorm: 1),
        ["AdamW"] = () => new AdamW(excludeFromWeightDecay: ["bias"]),
        ["Nadam"] = () => new Nadam(),
        ["Adagrad"] = () => new Adagrad(),
        ["Adadelta"] = () => new Adadelta(),
        ["Adamax"] = () => new Adamax(),
    };

    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string> Optimizers => [.. ByName.Keys];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void SaveKeras_DefaultLossAndAccuracy_AreNames()
    {
        JsonNode compile = Saved(new SGD(), new CategoricalCrossentropy(), [new Accuracy()]);

        Assert.Equal("categorical_crossentropy", compile["loss"]!.GetValue<string>());
        Assert.Equal("""["accuracy"]""", compile["metrics"]!.ToJsonString());
    }

    [Fact]
    public void SaveKeras_LossAndMetricWithSettings_AreObjects()
    {
        JsonNode compile = Saved(new SGD(), new CategoricalCrossentropy(labelSmoothing: 0.1), [new TopKCategoricalAccuracy(3)]);

        KerasFiles.AssertSame(
            JsonNode.Parse(
                """
                {"module": "keras.losses", "class_name": "CategoricalCrossentropy", "registered_name": null, "config":
                 {"name": "categorical_crossentropy", "reduction": "sum_over_batch_size", "from_logits": false, "label_smoothing": 0.1, "axis": -1}}
                """),
            compile["loss"]);
        Assert.Equal("TopKCategoricalAccuracy", compile["metrics"]![0]!["class_name"]!.GetValue<string>());
    }

    [Fact]
    public void SaveKeras_NoMetrics_IsNullAsInKeras() => Assert.Null(Saved(new SGD(), new MeanSquaredError(), null)["metrics"]);

    [Fact]
    public void SaveKeras_MixedPrecision_IsNotSaved()
    {
        using var model = new Sequential(4, new Dense(8), new Dense(3, ActivationFunction.Softmax));
        model.Compile(new SGD(), new CategoricalCrossentropy(), precision: DTypePolicy.MixedBFloat16);
        string path = _folder.File("mixed.keras");
        model.Save(path);

        Assert.All(KerasFiles.Config(path)["config"]!["layers"]!.AsArray(), layer => Assert.Equal("float32", layer!["config"]!["dtype"]!.GetValue<string>()));
        using Sequential loaded = Sequential.Load(path);
        Assert.All(loaded.Weights, weight => Assert.Equal(ScalarType.Float32, weight.Value.dtype));
    }

    [Theory]
    [MemberData(nameof(Optimizers))]
    public void Load_InTheMiddleOfTraining_GoesOnAsIfNeverSaved(string name)
    {
        foreach (string ending in new[] { ".keras", ".h5" })
        {
            using Sequential straight = Net(ByName[name]());
            NDArray x = np.arange(32).reshape(8, 4).astype(np.float32) / 16f;
            NDArray y = np.eye(3)["0:3"].astype(np.float32)[np.array([0, 1, 2, 0, 1, 2, 0, 1])];
            for (int step = 0; step < 3; step++)
                straight.TrainOnBatch(x, y);
            string path = _folder.File("half" + ending);
            straight.Save(path);

            using Sequential loaded = Sequential.Load(path);
            for (int step = 0; step < 3; step++)
            {
                straight.TrainOnBatch(x, y);
                loaded.TrainOnBatch(x, y);
            }

            Assert.Equal(straight.Optimizer!.Iterations, loaded.Optimizer!.Iterations);
            Assert.Equal(straight.Optimizer.LearningRate, loaded.Optimizer.LearningRate);
            foreach ((Weight expected, Weight found) in straight.Weights.Zip(loaded.Weights))
                Near.Relative(expected.ToArray(), found.ToArray(), 1e-6, $"{ending}: {expected.Path}");
        }
    }

    [Fact]
    public void Load_RateSetInTraining_IsKept()
    {
        using Sequential model = Net(new Adam());
        model.Optimizer!.LearningRate = 0.0003;
        string path = _folder.File("rate.keras");
        model.Save(path);

        using Sequential loaded = Sequential.Load(path);

        Assert.Equal(0.0003, loaded.Optimizer!.LearningRate);
    }

    [Theory]
    [InlineData(".keras")]
    [InlineData(".h5")]
    public void Load_LayerFrozenAfterSomeSteps_KeepsTheStateOfTheOthers(string ending)
    {
        using Sequential model = Net(new Adam());
        NDArray x = np.ones(new Shape(2, 4));
        NDArray y = np.eye(3)["0:2"];
        model.TrainOnBatch(x, y);
        model.Layers[0].Trainable = false;
        model.TrainOnBatch(x, y);
        string path = _folder.File("frozen" + ending);
        model.Save(path);

        using Sequential loaded = Sequential.Load(path);

        Assert.False(loaded.Layers[0].Trainable);
        Assert.True(loaded.Layers[1].Trainable);
        Assert.Equal(2 + (2 * 2), loaded.Optimizer!.GetState().Count);
        model.TrainOnBatch(x, y);
        loaded.TrainOnBatch(x, y);
        foreach ((Weight expected, Weight found) in model.Weights.Zip(loaded.Weights))
            Near.Relative(expected.ToArray(), found.ToArray(), 1e-6, expected.Path);
    }

    [Theory]
    [InlineData(".weights.h5")]
    [InlineData(".keras")]
    public void LoadWeights_AfterMoreSteps_GoesBackToTheOptimizersStateToo(string ending)
    {
        using Sequential model = Net(new Adam());
        NDArray x = np.ones(new Shape(2, 4));
        NDArray y = np.eye(3)["0:2"];
        model.TrainOnBatch(x, y);
        string path = _folder.File("step1" + ending);
        if (ending == ".keras")
            model.Save(path);
        else
            model.SaveWeights(path);
        model.TrainOnBatch(x, y);
        NDArray[] expected = [.. model.GetWeights()];
        model.Optimizer!.LearningRate = 0.1;
        model.TrainOnBatch(x, y);

        model.LoadWeights(path);
        model.TrainOnBatch(x, y);

        Assert.Equal(0.001f, (float)model.Optimizer.LearningRate);
        Assert.Equal(2, model.Optimizer.Iterations);
        foreach ((NDArray wanted, NDArray found) in expected.Zip(model.GetWeights()))
            Near.Absolute(wanted, found, 0);
    }

    // As in Keras: the optimizers' numbers of variables decide, and that of SGD without momentum is always the same.
    [Fact]
    public void LoadWeights_BeforeTheFirstStep_RestoresTheStateOfAnOptimizerWithoutSlotsOnly()
    {
        string path = _folder.File("w.weights.h5");
        foreach ((Optimizer saved, Optimizer fresh, double rate) in new (Optimizer, Optimizer, double)[] { (new Adam(), new Adam(0.5), 0.5), (new SGD(0.25), new SGD(0.5), 0.25), (new Adam(), new SGD(0.5), 0.5) })
        {
            using Sequential model = Net(saved);
            model.TrainOnBatch(np.ones(new Shape(2, 4)), np.eye(3)["0:2"]);
            model.SaveWeights(path);
            using Sequential other = Net(fresh);

            other.LoadWeights(path);

            Assert.Equal(rate, fresh.LearningRate);
            Assert.Equal(rate == 0.25 ? 1 : 0, fresh.Iterations);
        }
    }

    private static Sequential Net(Optimizer optimizer)
    {
        var model = new Sequential(4, new Dense(5, ActivationFunction.Tanh), new Dense(3, ActivationFunction.Softmax));
        model.Compile(optimizer, new CategoricalCrossentropy(), [new Accuracy()]);
        return model;
    }

    private JsonNode Saved(Optimizer optimizer, Loss loss, IEnumerable<Metric>? metrics)
    {
        using var model = new Sequential(4, new Dense(3, ActivationFunction.Softmax));
        model.Compile(optimizer, loss, metrics);
        string path = _folder.File("compiled.keras");
        model.Save(path);
        return KerasFiles.Config(path)["compile_config"]!;
    }
}
