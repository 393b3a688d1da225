using System.Globalization;
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

namespace CifarVision.KillTest;

/// <summary>A run with all that a backup must bring back: augmentation, dropout, momentum, averages, callbacks with memory.</summary>
internal static class SmallRun
{
    /// <summary>The line that says that training begins.</summary>
    public const string Begins = "training";

    /// <summary>What the line that tells the number of a process begins with.</summary>
    public const string Process = "process ";

    private const string History = "history.csv";
    private const string Log = "log.csv";
    private const string Weights = "weights.safetensors";
    private const string Checkpoint = "best.npz";

    /// <summary>The files that a run leaves, to be compared.</summary>
    public static IReadOnlyList<string> Results { get; } = [History, Log, Weights];

    public static void Train(string folder, DTypePolicy precision, int ranks)
    {
        string backups = Path.Combine(folder, "backups");
        // A process that goes on draws another seed: the backup's must win. Half a first backup is none.
        if (!Directory.Exists(backups) || Directory.GetFiles(backups, "backup-*").Length == 0)
            TorchRuntime.SetSeed(7);
        using MpiWorld? world = ranks == 1 ? null : MpiWorld.Start();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Process}{Environment.ProcessId}"));
        SyntheticImages data = SyntheticImages.Create(train: 256, test: 64);
        var model = new Sequential(
            data.Train.ImageShape,
            new RandomFlip(FlipMode.Horizontal),
            new RandomTranslation(0.1, 0.1),
            new Conv2D(8, 3, activation: ActivationFunction.Relu),
            new MaxPooling2D(2),
            new Conv2D(16, 3, strides: 2),
            new BatchNormalization(),
            new Activation(ActivationFunction.Relu),
            new Flatten(),
            new Dropout(0.3),
            new Dense(32, ActivationFunction.Relu),
            new Dense(data.ClassNames.Count, ActivationFunction.Softmax));
        model.Compile(
            new SGD(learningRate: 0.05, momentum: 0.9, nesterov: true, useEma: true, emaMomentum: 0.9),
            new CategoricalCrossentropy(),
            [new Accuracy(), new F1Score()],
            precision,
            distribution: world is null ? null : new DataParallel(world));
        TrainingHistory history = model.Fit(
            data.Train,
            batchSize: 16,
            epochs: 8,
            verbose: 2,
            callbacks:
            [
                new LambdaCallback(onTrainBegin: _ => Console.WriteLine(Begins)),
                new ReduceLROnPlateau(factor: 0.5, patience: 1, minDelta: 0.05),
                new EarlyStopping(patience: 4, minDelta: 0.02, restoreBestWeights: true),
                new ModelCheckpoint(Path.Combine(folder, Checkpoint), saveBestOnly: true, saveWeightsOnly: true),
                new CSVLogger(Path.Combine(folder, Log)),
                new BackupAndRestore(backups, SaveFrequency.Batches(5)),
            ],
            validationData: data.Test);
        if (world is { Rank: > 0 })
            return;
        history.SaveCsv(Path.Combine(folder, History));
        model.SaveWeights(Path.Combine(folder, Weights));
    }
}
