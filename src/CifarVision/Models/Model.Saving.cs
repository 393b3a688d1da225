using System.Globalization;
using System.Text.Json.Nodes;
using CifarVision.Layers;
using CifarVision.Optimizers;
using CifarVision.Runtime;
using CifarVision.Saving;

namespace CifarVision.Models;

public partial class Model
{
    private const string OptimizerGroup = "optimizer/vars";

    /// <summary>
    /// Saves the whole model: architecture, weights and, if it is compiled, optimizer, loss and metrics with the optimizer's state, so that
    /// training can go on. The number format given to Compile is not part of a file. Every Keras from 3.0 on opens what it writes.
    /// </summary>
    /// <param name="path">A file that ends with <c>.keras</c>, or with <c>.h5</c> for Keras' legacy format. The old file stays until the new one is whole.</param>
    /// <exception cref="ArgumentException">The ending is another.</exception>
    /// <exception cref="InvalidOperationException">The model is not built.</exception>
    /// <exception cref="NotSupportedException">A layer has no config; <see cref="SaveWeights"/> needs none.</exception>
    public void Save(string path)
    {
        string ending = RequireModelEnding(path, nameof(SaveWeights));
        RequireBuilt(nameof(Save));
        JsonObject envelope = ToKeras();
        if (ending == KerasEnding)
        {
            KerasArchive.Write(path, envelope, KerasWeights());
            return;
        }

        var file = new Hdf5Writer();
        LegacyFormat.AddConfig(file, envelope);
        LegacyFormat.AddLayers(file, LegacyFormat.ModelWeights, LegacyLayers());
        if (Optimizer is not null)
        {
            IReadOnlyList<OptimizerVariable> variables = OptimizerVariables();
            LegacyFormat.NameOptimizer(file, [.. variables.Select(variable => variable.Path)]);
            foreach (OptimizerVariable variable in variables)
                AddVariable(file, LegacyFormat.OptimizerPath(variable.Path), variable);
        }

        AtomicFile.Write(path, file.Write);
    }

    /// <summary>Loads a whole model that <see cref="Save"/> or Keras 3 saved, compiled as it was.</summary>
    /// <param name="path">A file that ends with <c>.keras</c>, or with <c>.h5</c> in Keras' legacy format.</param>
    /// <param name="customObjects">Classes of your own that the file names, as <c>[CustomObject.Of(config => new Swish())]</c>. Default none.</param>
    /// <param name="compile">Whether to compile as the file says. Default true; false leaves optimizer, loss and metrics to you.</param>
    /// <exception cref="ArgumentException">The ending is another.</exception>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">
    /// The file is damaged or of another version, or names a layer, setting, optimizer, loss or metric that is not offered; the message says which.
    /// </exception>
    public static Model Load(string path, IEnumerable<CustomObject>? customObjects = null, bool compile = true)
    {
        var customs = new CustomObjects(customObjects ?? []);
        if (RequireModelEnding(path, nameof(LoadWeights)) == KerasEnding)
        {
            using KerasArchive archive = KerasArchive.Open(path);
            IReadOnlyDictionary<string, StoredArray> arrays = archive.Weights.Arrays;
            return Load(
                archive.Config,
                $"{KerasArchive.ConfigName} of {path}",
                model => WeightLayout.ByGroup(model).Load(arrays, $"{KerasArchive.WeightsName} of {path}", isFresh: true),
                () => ReadOptimizerGroup(arrays),
                customs,
                compile);
        }

        using Hdf5Reader file = Hdf5Reader.Open(KerasFormat.OpenRead(path), path);
        return Load(
            LegacyFormat.ReadConfig(file, path),
            path,
            model => WeightLayout.ByOrder(model, LegacyFormat.ReadLayers(file, path), path).Load(file.Arrays, path, isFresh: true),
            () => [.. LegacyFormat.ReadOptimizer(file).Select(key => Find(file.Arrays, key, path).Read())],
            customs,
            compile);
    }

    private static Model Load(
        JsonObject envelope, string source, Action<Model> loadWeights, Func<IReadOnlyList<NDArray>> readOptimizer, CustomObjects customs, bool compile)
    {
        Model model = FromKeras(envelope, source, customs, awaitsValues: true);
        try
        {
            if (!model.IsBuilt)
                throw new InvalidDataException($"Model: {source} must say the shape of the input, but does not. Build the model before it is saved.");
            loadWeights(model);
            if (compile)
                model.CompileAs(envelope["compile_config"], source, customs, readOptimizer);
            return model;
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    private static string RequireModelEnding(string path, string forWeights)
    {
        string ending = RequireEnding(path, KerasEnding, H5Ending);
        return path.EndsWith(WeightsH5Ending, StringComparison.OrdinalIgnoreCase)
            ? throw new ArgumentException($"Model: path must be that of a whole model, but was '{path}', whose ending is that of weights alone. Use {forWeights}.", nameof(path))
            : ending;
    }

    // HDF5 lists "10" before "2".
    private static IReadOnlyList<NDArray> ReadOptimizerGroup(IReadOnlyDictionary<string, StoredArray> arrays) =>
        [.. arrays.Keys
            .Where(key => key.StartsWith($"{OptimizerGroup}/", StringComparison.Ordinal))
            .OrderBy(key => int.TryParse(key[(OptimizerGroup.Length + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : int.MaxValue)
            .Select(key => arrays[key].Read())];

    private static StoredArray Find(IReadOnlyDictionary<string, StoredArray> arrays, string key, string source) => arrays.TryGetValue(key, out StoredArray? array)
        ? array
        : throw new InvalidDataException($"Model: {source} must hold {key}, which it names, but does not. Save or copy it again.");

    // Nothing of weights that are frozen, since Keras makes no slots for those.
    private IReadOnlyList<OptimizerVariable> OptimizerVariables() => Optimizer!.VariablesOf([.. Weights.Where(weight => weight.Trainable)]);

    // Numbers as Keras' files have them: int32 and float32.
    private static void AddVariable(Hdf5Writer file, string path, OptimizerVariable variable)
    {
        if (variable.Slot is not null)
        {
            file.AddArray(path, variable.Slot);
            return;
        }

        NDArray number = variable.Read();
        file.AddArray(path, number.typecode == NPTypeCode.Int64 ? number.astype(np.int32) : number.astype(np.float32));
    }
}
