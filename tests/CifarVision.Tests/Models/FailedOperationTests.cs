using System.Text.Json.Nodes;
using CifarVision.Callbacks;
using CifarVision.Layers;
using CifarVision.Losses;
using CifarVision.Metrics;
using CifarVision.Models;
using CifarVision.Optimizers;
using CifarVision.Runtime;
using CifarVision.Tests.Testing;

namespace CifarVision.Tests.Models;

/// <summary>An operation that fails leaves the model as it was: weights, optimizer, how it is compiled, random streams. Each is made to fail at several points.</summary>
public sealed class FailedOperationTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Sequential _model = Trained();

    public void Dispose()
    {
        _model.Dispose();
        _folder.Dispose();
    }

    public static TheoryData<string> Compiles => ["metric", "precision", "device", "no optimizer", "null metric"];

    [Theory]
    [MemberData(nameof(Compiles))]
    public void Compile_Refused_ChangesNothing(string fault) => Unchanged(() => _model.Compile(
        fault == "no optimizer" ? null! : new Adam(),
        new MeanSquaredError(),
        fault switch
        {
            "metric" => new Metric[] { new NamedMetric("loss", higherIsBetter: true) },
            "null metric" => new Metric[] { null! },
            _ => [],
        },
        fault == "precision" ? (DTypePolicy)99 : DTypePolicy.Float64,
        fault == "device" ? new torch.Device(DeviceType.XLA) : null));

    [Fact]
    public void SetWeights_AnyArrayWrong_ChangesNothing()
    {
        IReadOnlyList<NDArray> others = [.. _model.GetWeights().Select(weight => weight + 1)];
        for (int wrong = 0; wrong < others.Count; wrong++)
        {
            NDArray[] weights = [.. others];
            weights[wrong] = np.zeros(new Shape(7, 7, 7), typeof(float));
            Unchanged(() => _model.SetWeights(weights));
            weights[wrong] = others[wrong].astype(typeof(short));
            Unchanged(() => _model.SetWeights(weights));
            weights[wrong] = null!;
            Unchanged(() => _model.SetWeights(weights));
        }

        Unchanged(() => _model.SetWeights([.. others.Skip(1)]));
    }

    public static TheoryData<string> WeightFiles => ["weights.npz", "weights.safetensors", "m.weights.h5", "m.h5", "m.keras"];

    [Theory]
    [MemberData(nameof(WeightFiles))]
    public void LoadWeights_OfAnotherModel_ChangesNothing(string name)
    {
        // Each differs from the model in one layer.
        Layer[][] others =
        [
            [new Conv2D(5, 3), new BatchNormalization(), new Flatten(), new Dropout(0.5), new Dense(3)],
            [new Conv2D(4, 3), new BatchNormalization(scale: false), new Flatten(), new Dropout(0.5), new Dense(3)],
            [new Conv2D(4, 3), new BatchNormalization(), new Flatten(), new Dropout(0.5), new Dense(2)],
            [new Conv2D(4, 3), new BatchNormalization(), new Flatten(), new Dropout(0.5)],
            [new Conv2D(4, 3), new BatchNormalization(), new Flatten(), new Dropout(0.5), new Dense(3), new Dense(3)],
        ];
        foreach (Layer[] layers in others)
        {
            using var other = new Sequential((6, 6, 2), layers);
            if (name == "m.keras")
                other.Save(_folder.File(name));
            else
                other.SaveWeights(_folder.File(name));
            Unchanged(() => _model.LoadWeights(_folder.File(name)));
        }
    }

    [Theory]
    [MemberData(nameof(WeightFiles))]
    public void LoadWeights_CutOff_ChangesNothing(string name)
    {
        if (name == "m.keras")
            _model.Save(_folder.File(name));
        else
            _model.SaveWeights(_folder.File(name));
        byte[] whole = File.ReadAllBytes(_folder.File(name));
        foreach (double part in new[] { 0, 0.2, 0.5, 0.8, 0.95 })
        {
            File.WriteAllBytes(_folder.File(name), whole[..(int)(whole.Length * part)]);
            Unchanged(() => _model.LoadWeights(_folder.File(name)));
        }
    }

    public static TheoryData<string> BadData => ["x shape", "y shape", "y classes", "counts", "nan", "type", "sample weight", "class weight", "split", "batch size", "validation", "monitor", "field", "empty"];

    [Theory]
    [MemberData(nameof(BadData))]
    public void Fit_BadData_ChangesNothing(string fault)
    {
        (NDArray x, NDArray y) = TinyTask.Arrays(8);
        Unchanged(() => _ = fault switch
        {
            "x shape" => _model.Fit(x["0:8,0:5"], y, verbose: 0),
            "y shape" => _model.Fit(x, y[":,0:2"], verbose: 0),
            "y classes" => _model.Fit(x, np.arange(8), verbose: 0),
            "counts" => _model.Fit(x, y["0:7"], verbose: 0),
            "nan" => _model.Fit(x * float.NaN, y, verbose: 0, checkFinite: true),
            "type" => _model.Fit(x, y.astype(typeof(short)), verbose: 0),
            "sample weight" => _model.Fit(x, y, verbose: 0, sampleWeight: np.ones(new Shape(7), typeof(float))),
            "class weight" => _model.Fit(x, y, verbose: 0, classWeight: new Dictionary<int, double> { [7] = 1 }),
            "split" => _model.Fit(x, y, verbose: 0, validationSplit: 1.5),
            "batch size" => _model.Fit(x, y, batchSize: 0, verbose: 0),
            "validation" => _model.Fit(x, y, verbose: 0, validationData: (x, y[":,0:2"])),
            "monitor" => _model.Fit(x, y, verbose: 0, callbacks: [new EarlyStopping("val_los")]),
            "field" => _model.Fit(x, y, verbose: 0, callbacks: [new ModelCheckpoint(_folder.File("{val_los}.keras"))]),
            _ => _model.Fit(x["0:0"], y["0:0"], verbose: 0),
        });
    }

    [Fact]
    public void TrainOnBatch_BadData_ChangesNothing()
    {
        (NDArray x, NDArray y) = TinyTask.Arrays(8);
        Unchanged(() => _model.TrainOnBatch(x, y[":,0:2"]));
        Unchanged(() => _model.TrainOnBatch(x["0:8,0:5"], y));
    }

    [Fact]
    public void Fit_GeneratedBatchThatDoesNotFit_ChangesNothing()
    {
        (NDArray x, NDArray y) = TinyTask.Arrays(8);
        Unchanged(() => _model.Fit([(x, y[":,0:2"])], stepsPerEpoch: 1, verbose: 0));
        Unchanged(() => _model.Fit(Broken(), stepsPerEpoch: 1, verbose: 0));

        static IEnumerable<(NDArray X, NDArray Y)> Broken() => throw new InvalidDataException("broken");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Fit_BackupThatIsRefused_ChangesNothing(bool isCallbackMissing)
    {
        using Sequential first = Trained();
        first.SetWeights([.. first.GetWeights().Select(weight => weight * 2)]);
        first.Fit(TinyTask.Images(16), verbose: 0, callbacks: [new Refusing(), Backup()]);
        byte[] backup = File.ReadAllBytes(Directory.GetFiles(_folder.File("run")).Single());
        Unchanged(() => _model.Fit(TinyTask.Images(16), epochs: 2, verbose: 0, callbacks: isCallbackMissing ? [Backup()] : [new Refusing(), Backup()]));

        Assert.Equal(backup, File.ReadAllBytes(Directory.GetFiles(_folder.File("run")).Single()));

        BackupAndRestore Backup() => new(_folder.File("run"), deleteCheckpoint: false, output: TextWriter.Null);
    }

    [Fact]
    public void Add_LayerThatDoesNotFit_ChangesNothing()
    {
        Unchanged(() => _model.Add(new Conv2D(2, 3)));
        Unchanged(() => _model.Add(_model.Layers[0]));
        Unchanged(() => _model.Add(new InputLayer((2, 2))));
        Unchanged(() => _model.Add(new Dense(2, name: _model.Layers[0].Name)));
        Unchanged(() => _model.Add(_model));
        Unchanged(() => _model.Add(new Sequential((9, 9, 1), new Conv2D(2, 3))));
    }

    [Fact]
    public void Build_LayerThatDoesNotFit_LeavesTheModelUnbuilt()
    {
        var first = new Dense(4);
        using var model = new Sequential(first, new Conv2D(2, 3), new Flatten());

        Assert.Throws<ArgumentException>(() => model.Build(5));
        Assert.False(model.IsBuilt);
        Assert.Empty(model.Weights);
        model.Build((6, 6, 2));
        Assert.Equal([2L, 4L], model.Weights[0].Value.shape);
        Assert.Equal([2L, 32L], model.Predict(np.zeros(new Shape(2, 6, 6, 2), typeof(float))).shape);
    }

    [Fact]
    public void Adapt_BadData_ChangesNothing()
    {
        var layer = new Normalization();
        layer.Adapt(np.arange(12).reshape(4, 3).astype(np.float32));
        float[] before = Values(layer);

        Assert.Throws<InvalidOperationException>(() => layer.Adapt(np.zeros(new Shape(4, 2), typeof(float))));
        Assert.ThrowsAny<ArgumentException>(() => layer.Adapt(np.zeros(new Shape(0, 3), typeof(float))));
        Assert.ThrowsAny<ArgumentException>(() => layer.Adapt(np.zeros(new Shape(4, 3), typeof(short))));
        Assert.Equal(before, Values(layer));
    }

    private sealed class Refusing : Callback
    {
        public override JsonObject GetState() => new() { ["any"] = 1 };

        public override void SetState(JsonObject state) => throw new InvalidDataException("refused");
    }

    private static float[] Values(Layer layer) => [.. layer.GetWeights().SelectMany(weight => weight.ToArray<float>())];

    private static Sequential Trained()
    {
        TorchRuntime.SetSeed(3);
        var model = new Sequential((6, 6, 2), new Conv2D(4, 3), new BatchNormalization(), new Flatten(), new Dropout(0.5), new Dense(3, ActivationFunction.Softmax));
        model.Compile(new SGD(0.01, momentum: 0.9), new CategoricalCrossentropy(), [new Accuracy()]);
        model.Fit(TinyTask.Images(16), verbose: 0);
        return model;
    }

    private void Unchanged(Action operation)
    {
        string before = State(_model);
        Assert.NotNull(Record.Exception(operation));
        Assert.Equal(before, State(_model));
    }

    private static string State(Sequential model) => string.Join('\n',
    [
        model.ToJson(),
        .. model.Weights.Select(weight => $"{weight.Path} {weight.Trainable} {weight.Value.dtype} {weight.Value.device} {string.Join(' ', weight.ToArray().ToArray<float>())}"),
        $"{model.Optimizer!.Iterations} {model.Optimizer.LearningRate}",
        .. model.Optimizer.GetState().Select(variable => $"{variable.Path} {string.Join(' ', variable.Value.astype(np.float64).ToArray<double>())}"),
        .. LayerTree.Walk(model).Select(place => $"{place.Path} {place.Layer.Trainable} {place.Layer.RandomPlace}"),
    ]);
}
