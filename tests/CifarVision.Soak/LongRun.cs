using CifarVision.Callbacks;
using CifarVision.Datasets;
using CifarVision.Layers;
using CifarVision.Losses;
using CifarVision.Metrics;
using CifarVision.Models;
using CifarVision.Optimizers;
using CifarVision.Runtime;

namespace CifarVision.Soak;

/// <summary>What runs for a long time, measured a hundred times each.</summary>
internal static class LongRun
{
    private const int Measurements = 100;

    /// <summary>Trains a tiny net with everything that holds state: augmentation, dropout, moving averages, momentum, metrics, callbacks, backups.</summary>
    public static void Train(int epochs, SoakRecord record)
    {
        TorchRuntime.SetSeed(1);
        (ImageDataset train, ImageDataset test) = Images();
        string folder = Directory.CreateTempSubdirectory("cifarvision-soak-").FullName;
        using Sequential model = New(train);
        model.Fit(
            train,
            batchSize: 16,
            epochs: epochs,
            verbose: 0,
            validationData: test,
            callbacks:
            [
                new ReduceLROnPlateau(factor: 0.9, patience: 100),
                new ModelCheckpoint(Path.Combine(folder, "best.keras"), saveBestOnly: true),
                new CSVLogger(Path.Combine(folder, "log.csv")),
                new TensorBoard(Path.Combine(folder, "events")),
                new BackupAndRestore(Path.Combine(folder, "backup")),
                new LambdaCallback(onEpochEnd: (_, epoch, _) => MeasureAt(epoch + 1, epochs, record, $"{epochs:N0} epochs")),
            ]);
        Directory.Delete(folder, recursive: true);
    }

    /// <summary>Predicts a few images.</summary>
    public static void Predict(int calls, SoakRecord record)
    {
        (ImageDataset train, _) = Images();
        using Sequential model = New(train);
        NDArray images = train.Images["0:4"].astype(np.float32);
        for (int call = 1; call <= calls; call++)
        {
            model.Predict(images, verbose: 0);
            MeasureAt(call, calls, record, $"{calls:N0} Predicts");
        }
    }

    /// <summary>Saves and loads a trained model in each format.</summary>
    public static void SaveAndLoad(int cycles, SoakRecord record)
    {
        (ImageDataset train, _) = Images();
        using Sequential model = New(train);
        model.Fit(train, batchSize: 16, verbose: 0);
        string folder = Directory.CreateTempSubdirectory("cifarvision-soak-").FullName;
        for (int cycle = 1; cycle <= cycles; cycle++)
        {
            foreach (string path in new[] { "model.keras", "model.h5" }.Select(name => Path.Combine(folder, name)))
            {
                model.Save(path);
                Model.Load(path).Dispose();
            }

            foreach (string path in new[] { "of.weights.h5", "of.npz", "of.safetensors" }.Select(name => Path.Combine(folder, name)))
            {
                model.SaveWeights(path);
                model.LoadWeights(path);
            }

            MeasureAt(cycle, cycles, record, $"{cycles:N0} saves and loads");
        }

        Directory.Delete(folder, recursive: true);
    }

    private static (ImageDataset Train, ImageDataset Test) Images()
    {
        SyntheticImages data = SyntheticImages.Create(train: 64, test: 32);
        return (data.Train, data.Test);
    }

    private static Sequential New(ImageDataset images)
    {
        var model = new Sequential(
            images.ImageShape,
            new RandomFlip(FlipMode.Horizontal),
            new RandomTranslation(0.1, 0.1),
            new Conv2D(4, 3, strides: 2),
            new BatchNormalization(),
            new Activation(ActivationFunction.Relu),
            new MaxPooling2D(2),
            new Flatten(),
            new Dropout(0.3),
            new Dense(images.ClassCount, ActivationFunction.Softmax));
        model.Compile(new Adam(learningRate: 0.001, useEma: true), new CategoricalCrossentropy(), [new Accuracy(), new F1Score()]);
        return model;
    }

    private static void MeasureAt(int count, int all, SoakRecord record, string phase)
    {
        if (count % Math.Max(1, all / Measurements) == 0)
            record.Add(phase, Measurement.Take(count));
    }
}
