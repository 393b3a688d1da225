using System.Formats.Tar;
using System.IO.Compression;
using CifarVision.Callbacks;
using CifarVision.Datasets;
using CifarVision.History;
using CifarVision.Layers;
using CifarVision.Losses;
using CifarVision.Metrics;
using CifarVision.Models;
using CifarVision.Optimizers;
using SkiaSharp;

namespace CifarVision.Fuzz;

/// <summary>The sound files that are damaged. Those in Seeds were written by <see cref="Write"/>, but for the two of h5py and the pictures that Skia cannot write.</summary>
internal static class Samples
{
    private const int RecordLength = 3073;

    /// <summary>The files of CIFAR-10.</summary>
    public static IReadOnlyList<string> BatchNames { get; } = ["data_batch_1.bin", "data_batch_2.bin", "data_batch_3.bin", "data_batch_4.bin", "data_batch_5.bin", "test_batch.bin"];

    /// <summary>A small model with a layer of each kind.</summary>
    public static Sequential CreateModel()
    {
        var model = new Sequential(
            (8, 8, 3),
            new Rescaling(1 / 255.0),
            new Conv2D(3, 3, padding: Padding.Same, activation: ActivationFunction.Relu),
            new BatchNormalization(),
            new MaxPooling2D(2),
            new Dropout(0.2),
            new Flatten(),
            new Dense(4, ActivationFunction.Softmax));
        model.Compile(new Adam(), new SparseCategoricalCrossentropy(), [new Accuracy()]);
        return model;
    }

    /// <summary>Trains with backups, and with callbacks that have a state.</summary>
    public static TrainingHistory Train(Sequential model, int epochs, string backups) => Fit(
        model,
        epochs,
        new EarlyStopping("loss", patience: 3, restoreBestWeights: true),
        new ReduceLROnPlateau("loss"),
        new CSVLogger(Path.Combine(backups, "log.csv")),
        new TensorBoard(Path.Combine(backups, "logs")),
        new BackupAndRestore(backups, deleteCheckpoint: false, output: TextWriter.Null));

    /// <summary>Trains on eight images.</summary>
    public static TrainingHistory Fit(Sequential model, int epochs, params Callback[] callbacks)
    {
        NDArray x = np.arange(8 * 8 * 8 * 3).reshape(8, 8, 8, 3).astype(np.float32);
        NDArray y = np.array(new[] { 0, 1, 2, 3, 0, 1, 2, 3 });
        return model.Fit(x, y, batchSize: 4, epochs: epochs, verbose: 0, callbacks: callbacks);
    }

    /// <summary>Writes the files into a folder.</summary>
    public static void Write(string folder)
    {
        Directory.CreateDirectory(folder);
        using Sequential model = CreateModel();
        string backups = Directory.CreateTempSubdirectory("cifarvision-fuzz-").FullName;
        TrainingHistory history = Train(model, epochs: 1, backups);
        File.Copy(Path.Combine(backups, "backup-000001.safetensors"), Path.Combine(folder, "backup.safetensors"), overwrite: true);
        Directory.Delete(backups, recursive: true);
        model.Save(Path.Combine(folder, "small.keras"));
        model.Save(Path.Combine(folder, "small.h5"));
        foreach (string ending in (ReadOnlySpan<string>)[".weights.h5", ".npz", ".safetensors"])
            model.SaveWeights(Path.Combine(folder, "small" + ending));
        File.WriteAllText(Path.Combine(folder, "model.json"), model.ToJson());
        File.WriteAllText(Path.Combine(folder, "functional.json"), CreateFunctional().ToJson());
        history.SaveCsv(Path.Combine(folder, "history.csv"));
        history.SaveJson(Path.Combine(folder, "history.json"));
        byte[] batch = new byte[2 * RecordLength];
        new Random(1).NextBytes(batch);
        (batch[0], batch[RecordLength]) = (3, 7);
        File.WriteAllBytes(Path.Combine(folder, "batch.bin"), batch);
        WriteArchive(Path.Combine(folder, "cifar.tar.gz"), batch[..RecordLength]);
        ImageFile.Save(Path.Combine(folder, "picture.png"), np.arange(12 * 10 * 3).reshape(12, 10, 3).astype(np.uint8));
        using SKBitmap picture = SKBitmap.Decode(Path.Combine(folder, "picture.png"));
        foreach ((string name, SKEncodedImageFormat format) in (ReadOnlySpan<(string, SKEncodedImageFormat)>)[("picture.jpg", SKEncodedImageFormat.Jpeg), ("picture.webp", SKEncodedImageFormat.Webp)])
        {
            using SKData data = picture.Encode(format, quality: 90);
            File.WriteAllBytes(Path.Combine(folder, name), data.ToArray());
        }

        File.WriteAllBytes(Path.Combine(folder, "picture.gif"), Convert.FromHexString("47494638396101000100800000000000FFFFFF21F90401000000002C00000000010001000002014400" + "3B"));
        // Two rows of two pixels in 24 bits, each row filled to 8 bytes.
        File.WriteAllBytes(Path.Combine(folder, "picture.bmp"), Convert.FromHexString("424D46000000000000003600000028000000020000000200000001001800000000001000000000000000000000000000000000000000" + "0000FF00FF000000" + "FF0000FFFFFF0000"));
    }

    private static Model CreateFunctional()
    {
        KerasTensor x = Keras.Input((8, 8, 3));
        KerasTensor y = new Conv2D(3, 3, padding: Padding.Same).Call(x);
        KerasTensor z = new Flatten().Call(new Add().Call(x, y));
        return new Model(x, new Dense(4).Call(z));
    }

    private static void WriteArchive(string path, byte[] batch)
    {
        using FileStream file = File.Create(path);
        using var gzip = new GZipStream(file, CompressionLevel.Optimal);
        using var tar = new TarWriter(gzip, TarEntryFormat.Ustar);
        tar.WriteEntry(new UstarTarEntry(TarEntryType.Directory, "cifar-10-batches-bin/"));
        foreach (string name in BatchNames)
            tar.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, "cifar-10-batches-bin/" + name) { DataStream = new MemoryStream(batch) });
    }
}
