using CifarVision.Layers;
using CifarVision.Formats;
using CifarVision.Serialization;

namespace CifarVision.Models;

/// <summary>Reads and writes files of weights, in the format that the extension of the path determines.</summary>
internal static class WeightFile
{
    /// <summary>The extension of Keras 3's weight files.</summary>
    public const string WeightsH5Ending = ".weights.h5";

    private const string NpzEnding = ".npz";
    private const string SafetensorsEnding = ".safetensors";

    /// <summary>Writes the weights of a built model.</summary>
    /// <exception cref="ArgumentException">The extension is not supported.</exception>
    public static void Write(Model model, string path)
    {
        string ending = ModelFile.RequireEnding(path, WeightsH5Ending, ModelFile.H5Ending, NpzEnding, SafetensorsEnding);
        model.RequireBuilt(nameof(Model.SaveWeights));
        switch (ending)
        {
            case WeightsH5Ending:
                AtomicFile.Write(path, ModelFile.KerasWeights(model).Write);
                break;
            case ModelFile.H5Ending:
                var file = new Hdf5Writer();
                LegacyFormat.AddLayers(file, "", ModelFile.LegacyLayers(model));
                AtomicFile.Write(path, file.Write);
                break;
            case NpzEnding:
                AtomicFile.Write(path, stream => NpzFile.Write(stream, NamedWeights(model)));
                break;
            default:
                AtomicFile.Write(path, stream => SafetensorsFile.Write(stream, NamedWeights(model)));
                break;
        }
    }

    /// <summary>Loads weights into a built model.</summary>
    /// <returns>The paths of the layers that were left unchanged.</returns>
    /// <exception cref="ArgumentException">The extension is not supported.</exception>
    /// <exception cref="InvalidDataException">The file is damaged, or its weights do not fit the model. Nothing was changed.</exception>
    public static IReadOnlyList<string> Load(Model model, string path, bool skipMismatch, bool byName)
    {
        string ending = ModelFile.RequireEnding(path, WeightsH5Ending, ModelFile.KerasEnding, ModelFile.H5Ending, NpzEnding, SafetensorsEnding);
        model.RequireBuilt(nameof(Model.LoadWeights));
        if (byName && ending is WeightsH5Ending or ModelFile.KerasEnding)
            throw new ArgumentException($"Model: path must end with .h5, .npz or .safetensors for byName, but was '{path}', whose layers have numbers instead of names. Load it without byName.", nameof(path));
        switch (ending)
        {
            case ModelFile.KerasEnding:
                using (KerasArchive archive = KerasArchive.Open(path))
                    return WeightLayout.ByGroup(model).Load(LegacyGroups.ToCurrent(archive.OpenWeights(ModelFile.MostBytes(model)).Arrays), $"{KerasArchive.WeightsName} of {path}", skipMismatch);
            case NpzEnding:
                using (NpzFile file = NpzFile.Open(path))
                    return WeightLayout.ByPath(model).Load(file.Arrays, path, skipMismatch);
            case SafetensorsEnding:
                using (FileStream stream = KerasFormat.OpenRead(path))
                    return WeightLayout.ByPath(model).Load(SafetensorsFile.Read(stream, path), path, skipMismatch);
            default:
                using (Hdf5Reader hdf5 = Hdf5Reader.Open(KerasFormat.OpenRead(path), path))
                {
                    if (ending == WeightsH5Ending)
                        return WeightLayout.ByGroup(model).Load(LegacyGroups.ToCurrent(hdf5.Arrays), path, skipMismatch);
                    IReadOnlyList<(string, IReadOnlyList<string>)> layers = LegacyFormat.ReadLayers(hdf5, path);
                    WeightLayout layout = byName ? WeightLayout.ByName(model, layers) : WeightLayout.ByOrder(model, layers, path);
                    return layout.Load(hdf5.Arrays, path, skipMismatch);
                }
        }
    }

    private static IReadOnlyList<(string Name, Tensor Values)> NamedWeights(Model model) => [.. LayerTree.Weights(model).Select(place => (place.Path, place.Weight.Value))];
}
