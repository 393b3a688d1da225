using CifarVision.Layers;
using CifarVision.Formats;
using CifarVision.Serialization;

namespace CifarVision.Models;

/// <summary>Reads and writes files of weights, in the format that the extension of the path determines.</summary>
internal static class WeightFile
{
    /// <summary>Writes the weights of a built model.</summary>
    /// <exception cref="ArgumentException">The extension is not supported.</exception>
    public static void Write(Model model, string path)
    {
        string extension = ModelFile.RequireExtension(path, FileExtension.WeightsH5, FileExtension.H5, FileExtension.Npz, FileExtension.Safetensors);
        model.RequireBuilt(nameof(Model.SaveWeights));
        switch (extension)
        {
            case FileExtension.WeightsH5:
                AtomicFile.Write(path, ModelFile.KerasWeights(model).Write);
                break;
            case FileExtension.H5:
                var file = new Hdf5Writer();
                LegacyFormat.AddLayers(file, "", ModelFile.LegacyLayers(model));
                AtomicFile.Write(path, file.Write);
                break;
            case FileExtension.Npz:
                AtomicFile.Write(path, stream => NpzFile.Write(stream, NamedWeights(model)));
                break;
            default:
                AtomicFile.Write(path, stream => SafetensorsFile.Write(stream, NamedWeights(model)));
                break;
        }
    }

    /// <summary>Loads weights into a built model, and from Keras 3's files the state of its optimizer.</summary>
    /// <returns>The paths of the layers that were left unchanged.</returns>
    /// <exception cref="ArgumentException">The extension is not supported.</exception>
    /// <exception cref="InvalidDataException">The file is damaged, or its weights do not fit the model. Nothing was changed.</exception>
    public static IReadOnlyList<string> Load(Model model, string path, bool skipMismatch, bool byName)
    {
        string extension = ModelFile.RequireExtension(path, FileExtension.WeightsH5, FileExtension.Keras, FileExtension.H5, FileExtension.Npz, FileExtension.Safetensors);
        model.RequireBuilt(nameof(Model.LoadWeights));
        if (byName && extension is FileExtension.WeightsH5 or FileExtension.Keras)
            throw new ArgumentException($"Model: path must end with .h5, .npz or .safetensors for byName, but was '{path}', whose layers have numbers instead of names. Load it without byName.", nameof(path));
        switch (extension)
        {
            case FileExtension.Keras:
                using (KerasArchive archive = KerasArchive.Open(path))
                    return LoadGroups(model, archive.OpenWeights(ModelFile.MostBytes(model)).Arrays, $"{KerasArchive.WeightsName} of {path}", skipMismatch);
            case FileExtension.Npz:
                using (NpzFile file = NpzFile.Open(path))
                    return WeightLayout.ByPath(model).Load(file.Arrays, path, skipMismatch);
            case FileExtension.Safetensors:
                using (FileStream stream = KerasFormat.OpenRead(path))
                    return WeightLayout.ByPath(model).Load(SafetensorsFile.Read(stream, path), path, skipMismatch);
            default:
                using (Hdf5Reader hdf5 = Hdf5Reader.Open(KerasFormat.OpenRead(path), path))
                {
                    if (extension == FileExtension.WeightsH5)
                        return LoadGroups(model, hdf5.Arrays, path, skipMismatch);
                    IReadOnlyList<(string, IReadOnlyList<string>)> layers = LegacyFormat.ReadLayers(hdf5, path);
                    WeightLayout layout = byName ? WeightLayout.ByName(model, layers) : WeightLayout.ByOrder(model, layers, path);
                    return layout.Load(hdf5.Arrays, path, skipMismatch);
                }
        }
    }

    private static IReadOnlyList<string> LoadGroups(Model model, IReadOnlyDictionary<string, StoredArray> inFile, string source, bool skipMismatch)
    {
        IReadOnlyDictionary<string, StoredArray> arrays = LegacyGroups.ToCurrent(inFile);
        Action restoreOptimizer = ModelFile.ReadOptimizer(model, arrays);
        IReadOnlyList<string> left = WeightLayout.ByGroup(model).Load(arrays, source, skipMismatch);
        restoreOptimizer();
        return left;
    }

    private static IReadOnlyList<(string Name, Tensor Values)> NamedWeights(Model model) => [.. LayerTree.Weights(model).Select(place => (place.Path, place.Weight.Value))];
}
