using CifarVision.Datasets;
using CifarVision.History;
using CifarVision.Models;
using CifarVision.Runtime;

namespace CifarVision.Fuzz;

/// <summary>Every reader of the library.</summary>
public static class Targets
{
    private static readonly Lazy<Sequential> Model = new(Samples.CreateModel);

    /// <summary>All of them.</summary>
    public static IReadOnlyList<FuzzTarget> All { get; } =
    [
        new("keras", ".keras", ["small.keras"], Packings.Zip, path => Models.Model.Load(path).Dispose()),
        new("h5", ".h5", ["small.h5", "legacy.h5"], Packing.None, path => Models.Model.Load(path).Dispose()),
        new("weights.h5", ".weights.h5", ["small.weights.h5", "keras.weights.h5", "latest.weights.h5"], Packing.None, path => Model.Value.LoadWeights(path)),
        new("npz", ".npz", ["small.npz"], Packings.Zip, path => Model.Value.LoadWeights(path)),
        new("safetensors", ".safetensors", ["small.safetensors"], Packings.Safetensors, path => Model.Value.LoadWeights(path)),
        new("json", ".json", ["model.json", "functional.json", "compiled.json", "legacy.json", "channels_first.json"], Packing.Json, path => Models.Model.FromJson(File.ReadAllText(path)).Dispose()),
        new("history.json", ".json", ["history.json"], Packing.Json, path => TrainingHistory.LoadJson(path)),
        new("history.csv", ".csv", ["history.csv"], Packing.None, path => TrainingHistory.LoadCsv(path)),
        new("bin", ".bin", ["batch.bin"], Packing.None, ReadBatches),
        new("tar.gz", ".tar.gz", ["cifar.tar.gz"], Packings.GZip, path => Cifar10Dataset.Load(path)),
        new("backup", ".safetensors", ["backup.safetensors"], Packings.Backup, Resume),
        new("png", ".png", ["picture.png"], Packings.Png, ReadPicture),
        new("picture", ".jpg", ["picture.jpg", "picture.webp", "picture.gif", "picture.bmp"], Packing.None, ReadPicture),
    ];

    /// <summary>Finds one.</summary>
    public static FuzzTarget Find(string name) => All.FirstOrDefault(target => target.Name == name)
        ?? throw new ArgumentException($"Targets: name must be one of {string.Join(", ", All.Select(target => target.Name))}, but was '{name}'.", nameof(name));

    private static void ReadPicture(string path) => ImageFile.Load(path, new Size2D(8, 8));

    // The damaged file, and five sound ones.
    private static void ReadBatches(string path)
    {
        string folder = Path.Combine(Path.GetDirectoryName(path)!, "batches");
        Directory.CreateDirectory(folder);
        foreach (string name in Samples.BatchNames)
            File.Copy(name == Samples.BatchNames[0] ? path : Path.Combine(AppContext.BaseDirectory, "Seeds", "batch.bin"), Path.Combine(folder, name), overwrite: true);
        Cifar10Dataset.Load(folder);
    }

    private static void Resume(string path)
    {
        string folder = Path.Combine(Path.GetDirectoryName(path)!, "backups");
        Directory.CreateDirectory(folder);
        File.Copy(path, Path.Combine(folder, "backup-000001.safetensors"), overwrite: true);
        using Sequential model = Samples.CreateModel();
        Samples.Train(model, epochs: 2, folder);
    }
}
