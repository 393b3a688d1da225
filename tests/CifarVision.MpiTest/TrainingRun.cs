using System.Globalization;
using System.Text.Json;
using CifarVision.Callbacks;
using CifarVision.Datasets;
using CifarVision.History;
using CifarVision.Layers;
using CifarVision.Losses;
using CifarVision.Metrics;
using CifarVision.Models;
using CifarVision.Mpi;
using CifarVision.Optimizers;
using CifarVision.Runtime;

namespace CifarVision.MpiTest;

/// <summary>A run whose results each process writes down.</summary>
internal static class TrainingRun
{
    // Ragged: 130 rows make batches of 24, 24, 24, 24, 24 and 10, and three validation batches.
    private const int Batch = 24;
    private const int Epochs = 3;

    /// <summary>Trains, evaluates and predicts.</summary>
    /// <param name="world">The processes.</param>
    /// <param name="folder">Where the results go.</param>
    /// <param name="name">The model: lenet, random (dropout and augmentation), normalized or synchronized (batch normalization).</param>
    /// <param name="rows">Training images.</param>
    /// <param name="odd">What is different on the last rank, or null.</param>
    public static void Run(MpiWorld world, string folder, string name, int rows, string? odd)
    {
        bool isOdd = odd is not null && world.Rank == world.Size - 1;
        if (isOdd && odd == "seed")
            TorchRuntime.SetSeed(8);
        SyntheticImages data = SyntheticImages.Create(train: rows, test: 50, seed: isOdd && odd == "data" ? 2 : 1);
        using Sequential model = Create(name, data, isOdd && odd == "model");
        model.Compile(
            new SGD(0.05, momentum: 0.9), new CategoricalCrossentropy(), [new Accuracy(), new F1Score()], distribution: new DataParallel(world));

        int hooks = 0;
        Callback[] callbacks =
        [
            new LambdaCallback(onEpochEnd: (_, _, _) => hooks++),
            new LearningRateScheduler((epoch, rate) => epoch == 2 ? rate / 2 : rate),
            new CSVLogger(Path.Combine(folder, "log.csv")),
        ];
        if (isOdd && odd == "end")
            return;
        TrainingHistory history = model.Fit(data.Train, batchSize: Batch, epochs: Epochs, verbose: 0, callbacks: callbacks, validationData: data.Test);
        IReadOnlyDictionary<string, double> evaluation = model.Evaluate(data.Test, batchSize: 7, verbose: 0);
        IReadOnlyDictionary<string, double> averaged = model.Evaluate(data.Test, batchSize: 7, verbose: 0, averageMirrored: true);
        NDArray prediction = model.Predict(data.Test, batchSize: 7);

        string own = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"rank{world.Rank}"));
        history.SaveJson($"{own}.history.json");
        model.SaveWeights($"{own}.npz");
        np.save($"{own}.predictions.npy", prediction);
        File.WriteAllText($"{own}.json", JsonSerializer.Serialize(new { evaluation, averaged, hooks, host = Environment.MachineName, rate = model.Optimizer!.LearningRate }));
    }

    private static Sequential Create(string name, SyntheticImages data, bool isOther)
    {
        int classes = data.ClassNames.Count;
        return name switch
        {
            "lenet" => LeNetBuilder.Create(data.Train.ImageShape, classes),
            "random" => new Sequential(
                data.Train.ImageShape,
                new RandomFlip(FlipMode.Horizontal),
                new RandomTranslation(0.1, 0.1),
                new RandomErasing(valueRange: (0, 1)),
                new Conv2D(5, 3, strides: 2, activation: ActivationFunction.Relu),
                new SpatialDropout2D(0.2),
                new MaxPooling2D(2),
                new Flatten(),
                new Dropout(0.3),
                new Dense(isOther ? 9 : 11, ActivationFunction.Relu),
                new Dropout(0.3),
                new Dense(classes, ActivationFunction.Softmax)),
            _ => new Sequential(
                data.Train.ImageShape,
                // Without a bias, whose gradient would be rounding errors only.
                new Conv2D(8, 3, strides: 2, useBias: false),
                new BatchNormalization(synchronized: name == "synchronized"),
                new Activation(ActivationFunction.Relu),
                new Conv2D(8, 3, activation: ActivationFunction.Relu),
                new BatchNormalization(synchronized: name == "synchronized"),
                new GlobalAveragePooling2D(),
                new Dense(classes, ActivationFunction.Softmax)),
        };
    }
}
