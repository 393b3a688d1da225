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
using Padding = CifarVision.Layers.Padding;

namespace CifarVision.Tests.Training.Resuming;

/// <summary>Small runs that keep backups in a folder, each with other things for a backup to bring back.</summary>
internal static class ResumedRun
{
    public const int Epochs = 3;

    private static readonly ImageDataset Data = TinyTask.Images(48).Take(36);
    private static readonly ImageDataset Validation = TinyTask.Images(12, seed: 2);

    /// <summary>Runs, from the folder's backup if it holds one, and gives all that must be the same in the end.</summary>
    /// <param name="kind">Which run.</param>
    /// <param name="folder">For the backup and the log.</param>
    /// <param name="precision">The number formats.</param>
    /// <param name="first">Called before the others; may throw to break the run off.</param>
    /// <param name="cancellation">May cancel the run.</param>
    public static string Fit(string kind, TemporaryFolder folder, DTypePolicy precision, Callback? first = null, CancellationToken cancellation = default)
    {
        using Sequential model = Compiled(kind, precision);
        string log = folder.File("log.csv");
        TrainingHistory history = model.Fit(
            Data,
            batchSize: 12,
            epochs: Epochs,
            verbose: 0,
            callbacks: [.. first is null ? [] : new[] { first }, .. Callbacks(kind), new CSVLogger(log), new BackupAndRestore(folder.File("backup"), SaveFrequency.Batches(2))],
            validationData: Validation,
            shuffle: kind != "adam",
            stepsPerEpoch: kind == "accumulation" ? 2 : null,
            cancellationToken: cancellation);
        string file = folder.File("history.csv");
        history.SaveCsv(file);
        IEnumerable<string> weights = model.Weights.Select(weight => $"{weight.Path} {Strides(weight.Value)} {Bits(weight.ToArray())}");
        IEnumerable<string> slots = model.Optimizer!.Variables.Select(variable => $"{variable.Path} {(variable.Slot is null ? "" : Strides(variable.Slot()))} {Bits(variable.Read())}");
        return string.Join('\n', [File.ReadAllText(file), File.ReadAllText(log), .. weights, .. slots]);
    }

    /// <summary>A callback that breaks a run off as an event happens for the n-th time.</summary>
    public static Callback BreakAt(int count, bool inValidation = false, bool atEpochEnd = false)
    {
        void Count()
        {
            if (--count < 0)
                throw new OperationCanceledException();
        }

        return new LambdaCallback(
            onTrainBatchEnd: (_, _, _) => Count(),
            onTestBatchEnd: inValidation ? (_, _, _) => Count() : null,
            onEpochEnd: atEpochEnd ? (_, _, _) => Count() : null);
    }

    private static Sequential Compiled(string kind, DTypePolicy precision)
    {
        var model = new Sequential(
            (6, 6, 2),
            new RandomFlip(),
            new RandomTranslation(0.2, 0.2),
            new Conv2D(4, 3, padding: Padding.Same, activation: ActivationFunction.Relu),
            new MaxPooling2D(2),
            ResidualModel.Create((3, 3, 4), [new Conv2D(4, 3, padding: Padding.Same), new BatchNormalization(), new SpatialDropout2D(0.2)]),
            new Flatten(),
            new Dropout(0.25, seed: kind == "adam" ? 3 : null),
            new Dense(3, ActivationFunction.Softmax));
        Optimizer optimizer = kind switch
        {
            "momentum" => new SGD(learningRate: 0.1, momentum: 0.9, useEma: true, emaMomentum: 0.8),
            "accumulation" => new SGD(new CosineDecay(0.1, 12), momentum: 0.9, gradientAccumulationSteps: 3, useEma: true, emaOverwriteFrequency: 2),
            _ => new Adam(learningRate: 0.01),
        };
        model.Compile(optimizer, new CategoricalCrossentropy(), [new Accuracy(), new F1Score(), new TopKCategoricalAccuracy(2)], precision);
        return model;
    }

    private static Callback[] Callbacks(string kind) => kind switch
    {
        "momentum" => [new ReduceLROnPlateau(factor: 0.5, patience: 1, minDelta: 0.5), new EarlyStopping(patience: 1, minDelta: 0.2, restoreBestWeights: true)],
        "accumulation" => [new StepCounter()],
        _ => [new LearningRateScheduler((_, rate) => rate * 0.7), new StepCounter(), new StepCounter()],
    };

    private static string Strides(Tensor tensor) => string.Join(',', tensor.stride());

    private static string Bits(NDArray array) => Convert.ToHexString(ArrayConversion.Bytes(np.ascontiguousarray(array)));
}
