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

namespace CifarVision.Tests.Docs;

/// <summary>The examples of docs/training.md.</summary>
public class TrainingExampleTests
{
    [Fact]
    public void FunctionalModel_TwoInputsAndOutputs_Trains()
    {
        (NDArray images, NDArray labels) = TinyTask.Arrays(32);
        NDArray measured = np.ones(new Shape(32, 4), np.float32);
        NDArray sizes = np.zeros(new Shape(32, 1), np.float32);

        #region functional
        KerasTensor image = Keras.Input((6, 6, 2), "image");
        KerasTensor weather = Keras.Input(4, "weather");
        KerasTensor x = new Flatten().Call(new Conv2D(8, 3, activation: ActivationFunction.Relu).Call(image));
        x = new Add().Call(new Dense(16).Call(x), new Dense(16).Call(weather));
        KerasTensor classes = new Dense(3, ActivationFunction.Softmax, name: "class").Call(x);
        KerasTensor size = new Dense(1, name: "size").Call(x);

        using var model = new Model([image, weather], [classes, size]);
        model.Compile(new Adam(), [new CategoricalCrossentropy(), new MeanSquaredError()], lossWeights: [1, 0.5], metrics: [[new Accuracy()], []]);
        TrainingHistory history = model.Fit([images, measured], [labels, sizes], epochs: 2, verbose: 0);
        IReadOnlyList<NDArray> predictions = model.Predict([images, measured]);
        #endregion

        Assert.Equal(["class_accuracy", "class_loss", "loss", "size_loss"], history.History.Keys.Order(StringComparer.Ordinal));
        Assert.Equal([32L, 3], predictions[0].shape);
        Assert.Equal([32L, 1], predictions[1].shape);
    }

    [Fact]
    public void Fit_TheUsualArguments_Trains()
    {
        using var console = new QuietConsole();
        TorchRuntime.SetSeed(1);
        using Sequential model = TinyTask.Model();
        (NDArray xTrain, NDArray yTrain) = TinyTask.Arrays(64);
        (NDArray xTest, NDArray yTest) = TinyTask.Arrays(32);
        CancellationToken stop = TestContext.Current.CancellationToken;

        #region fit
        model.Compile(new SGD(learningRate: 0.01, momentum: 0.9), new CategoricalCrossentropy(), [new Accuracy()]);
        TrainingHistory history = model.Fit(
            xTrain, yTrain, batchSize: 128, epochs: 20, verbose: 2, validationSplit: 0.1, callbacks: [new EarlyStopping(patience: 5)], cancellationToken: stop);

        IReadOnlyDictionary<string, double> result = model.Evaluate(xTest, yTest, verbose: 0);
        NDArray probabilities = model.Predict(xTest);

        Console.WriteLine($"accuracy {result["accuracy"]:F4}, best epoch {history.Best("val_accuracy").Epoch}");
        #endregion

        Assert.Equal([32L, 3L], probabilities.shape);
        Assert.NotEmpty(history.Epoch);
    }

    [Fact]
    public void TrainOnBatch_OwnLoop_TrainsAsFitDoes()
    {
        using var console = new QuietConsole();
        TorchRuntime.SetSeed(1);
        using Sequential model = TinyTask.Compiled(dropout: 0);
        using Sequential fitted = TinyTask.Compiled(dropout: 0);
        fitted.SetWeights(model.GetWeights());
        (NDArray x, NDArray y) = TinyTask.Arrays(24);
        int batchSize = 8;
        int epochs = 2;

        #region own-loop
        for (int epoch = 0; epoch < epochs; epoch++)
        {
            var losses = new List<double>();
            for (int start = 0; start < x.shape[0]; start += batchSize)
                losses.Add(model.TrainOnBatch(x[$"{start}:{start + batchSize}"], y[$"{start}:{start + batchSize}"])["loss"]);
            Console.WriteLine($"epoch {epoch + 1} - loss: {losses.Average():F4}");
        }
        #endregion

        fitted.Fit(x, y, batchSize: batchSize, epochs: epochs, verbose: 0, shuffle: false, cancellationToken: TestContext.Current.CancellationToken);
        foreach ((NDArray expected, NDArray found) in fitted.GetWeights().Zip(model.GetWeights()))
            Near.Absolute(expected, found, 0);
    }

    [Fact]
    public void Fit_GeneratedBatches_Trains()
    {
        using Sequential model = TinyTask.Compiled();
        (NDArray x, NDArray y) = TinyTask.Arrays(24);

        #region generator
        IEnumerable<(NDArray X, NDArray Y)> Batches()
        {
            for (int i = 0; ; i++)
            {
                int start = i % 3 * 8;
                yield return (x[$"{start}:{start + 8}"], y[$"{start}:{start + 8}"]);
            }
        }

        model.Fit(Batches(), stepsPerEpoch: 3, epochs: 2, verbose: 0);
        #endregion

        Assert.Equal(6, model.Optimizer!.Iterations);
    }

    [Fact]
    public void SettingsOfTheProcess_SeedDeviceThreadsPrecision_Hold()
    {
        int threads = TorchRuntime.Threads;
        using Sequential model = TinyTask.Model();

        #region settings
        TorchRuntime.SetSeed(42);
        TorchRuntime.Threads = 4;
        model.Compile(new Adam(), new CategoricalCrossentropy(), [new Accuracy()], precision: DTypePolicy.MixedBFloat16, device: torch.CPU);
        #endregion

        Assert.Equal((42L, 4), (TorchRuntime.Seed, TorchRuntime.Threads));
        TorchRuntime.Threads = threads;
        ImageDataset images = TinyTask.Images();
        Assert.Single(model.Fit(images, verbose: 0, cancellationToken: TestContext.Current.CancellationToken).Epoch);
    }

    [Fact]
    public void Recipe_Fast_TrainsWhatItAugments()
    {
        using var console = new QuietConsole();
        ImageDataset train = TinyTask.Images(40);
        using Sequential network = TinyTask.Model();

        #region recipe
        TrainingRecipe recipe = TrainingRecipe.Fast(epochs: 2);
        Sequential model = recipe.Augment(network);
        model.Compile(recipe.CreateOptimizer(train.Count), recipe.CreateLoss(), [new Accuracy()]);
        model.Fit(train, batchSize: recipe.BatchSize, epochs: recipe.Epochs);
        #endregion

        Assert.Equal(2, model.Optimizer!.Iterations);
    }
}
