using CifarVision.Layers;
using CifarVision.Optimizers;
using CifarVision.Runtime;
using CifarVision.Saving;

namespace CifarVision.Models;

public partial class Model
{
    private const string KerasEnding = ".keras";
    private const string WeightsH5Ending = ".weights.h5";
    private const string H5Ending = ".h5";
    private const string NpzEnding = ".npz";
    private const string SafetensorsEnding = ".safetensors";

    /// <summary>Saves all weights, and nothing of the architecture. The ending says the format.</summary>
    /// <param name="path">
    /// <c>.weights.h5</c> for Keras 3, with the optimizer's state if the model is compiled; <c>.h5</c> for Keras' legacy layout; <c>.npz</c> for
    /// NumPy and <c>.safetensors</c> for PyTorch, both with Keras' paths for names (<c>sequential/conv2d/kernel</c>) and in Keras' order of axes.
    /// The old file stays until the new one is whole.
    /// </param>
    /// <exception cref="ArgumentException">The ending is another.</exception>
    /// <exception cref="InvalidOperationException">The model is not built.</exception>
    public void SaveWeights(string path)
    {
        string ending = RequireEnding(path, WeightsH5Ending, H5Ending, NpzEnding, SafetensorsEnding);
        RequireBuilt(nameof(SaveWeights));
        switch (ending)
        {
            case WeightsH5Ending:
                AtomicFile.Write(path, KerasWeights().Write);
                break;
            case H5Ending:
                var file = new Hdf5Writer();
                LegacyFormat.AddLayers(file, "", LegacyLayers());
                AtomicFile.Write(path, file.Write);
                break;
            case NpzEnding:
                AtomicFile.Write(path, stream => NpzFile.Write(stream, NamedWeights()));
                break;
            default:
                AtomicFile.Write(path, stream => SafetensorsFile.Write(stream, NamedWeights()));
                break;
        }
    }

    /// <summary>Loads weights that <see cref="SaveWeights"/> or Keras saved from a model of the same layers.</summary>
    /// <inheritdoc cref="LoadWeights(string, bool)"/>
    public void LoadWeights(string path) => LoadWeights(path, skipMismatch: false);

    /// <summary>Loads weights that <see cref="SaveWeights"/> or Keras saved. The optimizer's state, if a file has it, is left out.</summary>
    /// <param name="path">
    /// A file that ends with <c>.weights.h5</c>, <c>.keras</c>, <c>.h5</c>, <c>.npz</c> or <c>.safetensors</c>. In the first two a layer is found by
    /// its class and number, in <c>.h5</c> by its place among those that have weights, in the last two by its name.
    /// </param>
    /// <param name="skipMismatch">Whether to leave a layer as it is when the file has no weights for it, or others in number or shape.</param>
    /// <returns>The paths of the layers that were left as they are, as <c>sequential/dense_2</c>.</returns>
    /// <exception cref="ArgumentException">The ending is another.</exception>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is damaged or of another format, or its weights are not the model's; all stay as they were.</exception>
    /// <exception cref="InvalidOperationException">The model is not built.</exception>
    public IReadOnlyList<string> LoadWeights(string path, bool skipMismatch)
    {
        string ending = RequireEnding(path, WeightsH5Ending, KerasEnding, H5Ending, NpzEnding, SafetensorsEnding);
        RequireBuilt(nameof(LoadWeights));
        switch (ending)
        {
            case KerasEnding:
                using (KerasArchive archive = KerasArchive.Open(path))
                    return WeightLayout.ByGroup(this).Load(archive.Weights.Arrays, $"{KerasArchive.WeightsName} of {path}", skipMismatch);
            case NpzEnding:
                return WeightLayout.ByPath(this).Load(NpzFile.Read(path), path, skipMismatch);
            case SafetensorsEnding:
                using (FileStream stream = KerasFormat.OpenRead(path))
                    return WeightLayout.ByPath(this).Load(SafetensorsFile.Read(stream, path), path, skipMismatch);
            default:
                using (Hdf5Reader file = Hdf5Reader.Open(KerasFormat.OpenRead(path), path))
                {
                    WeightLayout layout = ending == WeightsH5Ending ? WeightLayout.ByGroup(this) : WeightLayout.ByOrder(this, LegacyFormat.ReadLayers(file, path), path);
                    return layout.Load(file.Arrays, path, skipMismatch);
                }
        }
    }

    private static string RequireEnding(string path, params ReadOnlySpan<string> offered)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        foreach (string ending in offered)
        {
            if (path.EndsWith(ending, StringComparison.OrdinalIgnoreCase))
                return ending;
        }

        throw new ArgumentException($"Model: path must end with {string.Join(", ", offered[..^1])} or {offered[^1]}, but was '{path}'.", nameof(path));
    }

    private void RequireBuilt(string verb)
    {
        if (!IsBuilt)
            throw new InvalidOperationException($"{Kind}: {verb} must come after the model is built. Give it an input shape, or call Build.");
    }

    // Weights and the optimizer's state in Keras 3's layout.
    private Hdf5Writer KerasWeights()
    {
        var file = new Hdf5Writer();
        WeightLayout.WriteGroups(this, file);
        if (Optimizer is not { } optimizer)
            return file;
        file.SetText(OptimizerGroup, "name", optimizer.Name);
        foreach ((int i, OptimizerVariable variable) in OptimizerVariables().Index())
            AddVariable(file, FormattableString.Invariant($"{OptimizerGroup}/{i}"), variable);
        return file;
    }

    private IReadOnlyList<(string Name, Tensor Values)> NamedWeights() => [.. LayerTree.Weights(this).Select(place => (place.Path, place.Weight.Value))];

    private IReadOnlyList<(string Name, IReadOnlyList<(string Name, Tensor Values)> Weights)> LegacyLayers() =>
        [.. Layers.Where(layer => layer is not InputLayer).Select(layer => (layer.Name, (IReadOnlyList<(string, Tensor)>)[.. WeightLayout.LegacyOrder(layer).Select(weight => (weight.Path, weight.Value))]))];
}
