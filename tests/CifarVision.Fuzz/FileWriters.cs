using System.Globalization;
using CifarVision.Callbacks;
using CifarVision.Datasets;
using CifarVision.History;
using CifarVision.Models;
using CifarVision.Plotting;
using CifarVision.Reports;

namespace CifarVision.Fuzz;

/// <summary>Every writer of the library.</summary>
internal static class FileWriters
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<FileWriter> All { get; } =
    [
        new("keras", "m.keras", (model, path) => model.Save(path)),
        new("h5", "m.h5", (model, path) => model.Save(path)),
        new("weights.h5", "m.weights.h5", (model, path) => model.SaveWeights(path)),
        new("npz", "m.npz", (model, path) => model.SaveWeights(path)),
        new("safetensors", "m.safetensors", (model, path) => model.SaveWeights(path)),
        new("onnx", "m.onnx", (model, path) => model.ExportOnnx(path)),
        new("tensorflowjs", "web", (model, path) => model.ExportTensorFlowJs(path)),
        new("history.csv", "history.csv", (model, path) => History(model).SaveCsv(path)),
        new("history.json", "history.json", (model, path) => History(model).SaveJson(path)),
        new("image", "image.png", (model, path) => ImageFile.Save(path, np.arange(64 * 64 * 3).reshape(64, 64, 3).astype(np.uint8))),
        new("plot.png", "plot.png", (model, path) => model.SavePlot(path)),
        new("plot.svg", "plot.svg", (model, path) => model.SavePlot(path)),
        new("csvlogger", "log.csv", (model, path) => Log(model, path), FileChecks.Lines),
        new("backup", "backup", (model, path) => AddBackup(model, path), FileChecks.Backup),
        new("tensorboard", "logs", (model, path) => Samples.Fit(model, epochs: 2, new TensorBoard(path, histogramFreq: 1)), FileChecks.Records),
        new("report", "report.html", (model, path) => Report(model).Save(path)),
    ];

    /// <summary>Finds one.</summary>
    public static FileWriter Find(string name) => All.First(writer => writer.Name == name);

    // A run that has ended makes no more backups, so each goes on for an epoch. A backup has the number of its epoch.
    private static void AddBackup(Sequential model, string path)
    {
        int epochs = Directory.Exists(path) ? Directory.GetFiles(path, "backup-*").Select(file => int.Parse(Path.GetFileNameWithoutExtension(file)["backup-".Length..], CultureInfo.InvariantCulture)).Max() : 0;
        Samples.Fit(model, epochs + 1, new BackupAndRestore(path, deleteCheckpoint: false, output: TextWriter.Null));
    }

    private static TrainingHistory History(Sequential model) => Samples.Fit(model, epochs: 1);

    private static TrainingReport Report(Sequential model) =>
        new(model, History(model), new ImageDataset(np.arange(4 * 8 * 8 * 3).reshape(4, 8, 8, 3).astype(np.uint8), np.array(new long[] { 0, 1, 2, 3 }), scale: false));

    private static void Log(Sequential model, string path) => Samples.Fit(model, epochs: 2, new CSVLogger(path, append: true));
}
