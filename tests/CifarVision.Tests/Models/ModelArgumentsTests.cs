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

namespace CifarVision.Tests.Models;

/// <summary>Arguments that Compile, Fit and the methods for single batches refuse, and what they accept besides the usual.</summary>
public class ModelArgumentsTests
{
    private static readonly NDArray X = np.arange(12).astype(np.float32).reshape(4, 3) / 12;
    private static readonly NDArray Classes = np.array(new[] { 0L, 1, 1, 0 });
    private static readonly NDArray Truth = np.arange(8).astype(np.float32).reshape(4, 2);

    [Fact]
    public void Compile_OneListOfMetricsForTwoOutputs_IsRefused()
    {
        using Model model = TwoOutputs();

        Refuses(() => model.Compile(new SGD(), new MeanSquaredError(), [new Accuracy()]), "metrics must be given for each of the 2 outputs");
        Assert.Null(model.Optimizer);
    }

    [Fact]
    public void Fit_OneSampleWeightForTwoOutputs_IsRefused()
    {
        using Model model = TwoOutputs();
        model.Compile(new SGD(), new MeanSquaredError());

        Refuses(() => model.Fit([X], [Truth, Truth], verbose: 0, sampleWeight: [np.ones(new Shape(4))]), "sampleWeight must hold an array for each of the 2 outputs, but held 1.");
    }

    [Fact]
    public void Fit_DatasetForTwoOutputs_IsRefused()
    {
        KerasTensor image = Keras.Input((2, 2, 3));
        KerasTensor flat = new Flatten().Call(image);
        using var model = new Model([image], [new Dense(2).Call(flat), new Dense(2).Call(flat)]);
        model.Compile(new SGD(), new SparseCategoricalCrossentropy(fromLogits: true));
        var data = new ImageDataset(np.zeros(new Shape(4, 2, 2, 3), typeof(byte)), Classes);

        Refuses(() => model.Fit(data, verbose: 0), "Fit of a dataset needs a model of one output, but it has 2. Give arrays.");
    }

    [Fact]
    public void Predict_NoArrays_IsRefused()
    {
        using Model model = TwoOutputs();

        Refuses(() => model.Predict(Array.Empty<NDArray>()), "x must hold at least one array, but was empty.");
    }

    [Fact]
    public void Fit_ClassWeightForPixels_IsRefused()
    {
        using var model = new Sequential((2, 2, 3), new Conv2D(2, 1));
        model.Compile(new SGD(), new SparseCategoricalCrossentropy(fromLogits: true));
        NDArray labels = np.zeros(new Shape(4, 2, 2), typeof(long));

        Refuses(() => model.Fit(np.zeros(new Shape(4, 2, 2, 3)), labels, verbose: 0, classWeight: new Dictionary<int, double> { [0] = 2 }), "classWeight is for one label a sample");
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(-1)]
    public void Fit_ClassWeightThatIsNoWeight_IsRefused(double weight)
    {
        using Sequential model = Classifier();

        Refuses(() => model.Fit(X, Classes, verbose: 0, classWeight: new Dictionary<int, double> { [1] = weight }), $"classWeight must be finite and at least 0, but was {FormattableString.Invariant($"{weight}")} for class 1.");
    }

    [Fact]
    public void Fit_NullAmongCallbacks_IsRefused()
    {
        using Sequential model = Classifier();

        Refuses(() => model.Fit(X, Classes, verbose: 0, callbacks: [null!]), "callbacks must hold no null. Leave it out.");
    }

    [Fact]
    public void Fit_BatchOverTwoGigabytes_IsRefused()
    {
        using var folder = new TemporaryFolder();
        foreach (string name in (string[])["a", "b"])
        {
            Directory.CreateDirectory(folder.File(name));
            for (int i = 0; i < 6; i++)
                ImageFile.Save(folder.File($"{name}/{i}.png"), np.zeros(new Shape(2, 2, 3), typeof(byte)));
        }

        // Pictures that are not decoded before a batch needs them, 192 MB each.
        ImageDataset data = ImageDataset.FromFolder(folder.Path, (8_000, 8_000), cache: false).Train;
        using var model = new Sequential((8_000, 8_000, 3), new GlobalAveragePooling2D(), new Dense(2, ActivationFunction.Softmax));
        model.Compile(new SGD(), new SparseCategoricalCrossentropy());

        Refuses(() => model.Fit(data, batchSize: 64, verbose: 0), "batchSize must let a batch fit into 2 GB, but was 64, whose rows take 2197 MB. Take a smaller one.");
    }

    [Fact]
    public void TrainOnBatch_ClassWeight_EqualsSampleWeight()
    {
        using Sequential byClass = Classifier();
        using Sequential bySample = Classifier();
        bySample.SetWeights(byClass.GetWeights());

        double loss = byClass.TrainOnBatch(X, Classes, classWeight: new Dictionary<int, double> { [1] = 3 })["loss"];

        Assert.Equal(bySample.TrainOnBatch(X, Classes, sampleWeight: np.array(new float[] { 1, 3, 3, 1 }))["loss"], loss);
        Near.Absolute(bySample.GetWeights()[0], byClass.GetWeights()[0], 0);
    }

    [Fact]
    public void Fit_MasksWithoutLastAxis_EqualThoseWithIt()
    {
        NDArray images = np.arange(48).astype(np.float32).reshape(4, 3, 2, 2) / 48;
        NDArray masks = (np.arange(24) % 3).astype(np.float32).reshape(4, 3, 2) / 2;
        using Sequential with = Segmenter();
        using Sequential without = Segmenter();
        without.SetWeights(with.GetWeights());

        TrainingHistory expected = with.Fit(images, masks.reshape(4, 3, 2, 1), epochs: 2, verbose: 0, shuffle: false);
        TrainingHistory found = without.Fit(images, masks, epochs: 2, verbose: 0, shuffle: false);

        Assert.Equal(expected.History, found.History);

        static Sequential Segmenter()
        {
            var model = new Sequential((3, 2, 2), new Conv2D(1, 1, activation: ActivationFunction.Sigmoid));
            model.Compile(new SGD(0.5), new BinaryCrossentropy(), [new BinaryAccuracy()]);
            return model;
        }
    }

    // As Keras, which rounds halves to the even number.
    [Fact]
    public void TrainOnBatch_ClassWeightOfSoftLabels_IsThatOfTheNearestClass()
    {
        NDArray soft = np.array(new float[,] { { 0.9f }, { 0.1f }, { 0.5f }, { 0.99999994f } });
        using var byClass = new Sequential(3, new Dense(1, ActivationFunction.Sigmoid));
        using var bySample = new Sequential(3, new Dense(1, ActivationFunction.Sigmoid));
        bySample.SetWeights(byClass.GetWeights());
        foreach (Sequential model in new[] { byClass, bySample })
            model.Compile(new SGD(), new BinaryCrossentropy());

        double loss = byClass.TrainOnBatch(X, soft, classWeight: new Dictionary<int, double> { [1] = 3 })["loss"];

        Assert.Equal(bySample.TrainOnBatch(X, soft, sampleWeight: np.array(new float[] { 3, 1, 1, 3 }))["loss"], loss);
    }

    [Fact]
    public void PredictOnBatch_Rows_AreOneBatch()
    {
        using Sequential model = Classifier();

        Near.Absolute(model.Predict(X, batchSize: 4), model.PredictOnBatch(X), 0);
    }

    [Fact]
    public void FromConfig_OfGetConfig_IsTheSameModel()
    {
        using Model model = TwoOutputs();
        JsonObject config = model.GetConfig();
        using var again = Model.FromConfig(config);
        again.SetWeights(model.GetWeights());

        Assert.Equal(config.ToJsonString(), again.GetConfig().ToJsonString());
        foreach ((NDArray expected, NDArray found) in model.Predict([X]).Zip(again.Predict([X])))
            Near.Absolute(expected, found, 0);
    }

    [Fact]
    public void Call_OfAModelOnTooManyTensors_IsRefused()
    {
        using Model model = TwoOutputs();

        Refuses(() => model.Call(Keras.Input(3), Keras.Input(3)), "must be given 1 inputs, but was given 2.");
    }

    [Fact]
    public void Add_AfterCompile_ComputesInItsPrecision()
    {
        using var model = new Sequential(3, new Dense(4));
        model.Compile(new SGD(), new MeanSquaredError(), precision: DTypePolicy.Float64);
        model.Add(new Dense(2));

        Assert.All(model.Weights, weight => Assert.Equal(ScalarType.Float64, weight.Value.dtype));
        Assert.Equal(typeof(double), model.Predict(X).dtype);
    }

    private static void Refuses(Action act, string message) => Assert.Contains(message, Assert.ThrowsAny<ArgumentException>(act).Message, StringComparison.Ordinal);

    private static Sequential Classifier()
    {
        var model = new Sequential(3, new Dense(2, ActivationFunction.Softmax));
        model.Compile(new SGD(0.1), new SparseCategoricalCrossentropy());
        return model;
    }

    private static Model TwoOutputs()
    {
        KerasTensor x = Keras.Input(3);
        return new Model([x], [new Dense(2, name: "a").Call(x), new Dense(2, name: "b").Call(x)]);
    }
}
