using System.Globalization;
using System.Text.Json.Nodes;
using CifarVision.Layers;
using CifarVision.Optimizers;
using CifarVision.Formats;
using CifarVision.Serialization;

namespace CifarVision.Models;

/// <summary>Reads and writes whole models, in the format that the extension of the path determines.</summary>
internal static class ModelFile
{
    private const string OptimizerGroup = "optimizer/vars";

    /// <summary>Writes a built model.</summary>
    /// <exception cref="ArgumentException">The extension is not supported.</exception>
    public static void Write(Model model, string path)
    {
        string extension = RequireModelExtension(path, nameof(Model.SaveWeights));
        model.RequireBuilt(nameof(Model.Save));
        JsonObject envelope = ModelConfig.Write(model);
        if (extension == FileExtension.Keras)
        {
            KerasArchive.Write(path, envelope, KerasWeights(model));
            return;
        }

        var file = new Hdf5Writer();
        LegacyFormat.AddConfig(file, envelope);
        LegacyFormat.AddLayers(file, LegacyFormat.ModelWeights, LegacyLayers(model));
        if (model.Optimizer is not null)
        {
            IReadOnlyList<OptimizerVariable> variables = OptimizerVariables(model);
            LegacyFormat.NameOptimizer(file, [.. variables.Select(variable => variable.Path)]);
            foreach (OptimizerVariable variable in variables)
                AddVariable(file, LegacyFormat.OptimizerPath(variable.Path), variable);
        }

        AtomicFile.Write(path, file.Write);
    }

    /// <summary>Reads a model.</summary>
    /// <exception cref="ArgumentException">The extension is not supported.</exception>
    /// <exception cref="InvalidDataException">The file is damaged, or contains unsupported objects or settings.</exception>
    public static Model Read(string path, CustomObjects customs, bool compile)
    {
        if (RequireModelExtension(path, nameof(Model.LoadWeights)) == FileExtension.Keras)
        {
            using KerasArchive archive = KerasArchive.Open(path);
            IReadOnlyDictionary<string, StoredArray> arrays = new Dictionary<string, StoredArray>();
            return Read(
                archive.Config,
                $"{KerasArchive.ConfigName} of {path}",
                model =>
                {
                    arrays = LegacyGroups.ToCurrent(archive.OpenWeights(MostBytes(model)).Arrays);
                    WeightLayout.ByGroup(model).Load(arrays, $"{KerasArchive.WeightsName} of {path}", isFresh: true);
                },
                () => FindOptimizerGroup(arrays),
                customs,
                compile);
        }

        using Hdf5Reader file = Hdf5Reader.Open(KerasFormat.OpenRead(path), path);
        return Read(
            LegacyFormat.ReadConfig(file, path),
            path,
            model => WeightLayout.ByOrder(model, LegacyFormat.ReadLayers(file, path), path).Load(file.Arrays, path, isFresh: true),
            () => [.. LegacyFormat.ReadOptimizer(file).Select(key => Find(file.Arrays, key, path))],
            customs,
            compile);
    }

    /// <summary>Collects the weights and the optimizer's state in Keras 3's layout.</summary>
    public static Hdf5Writer KerasWeights(Model model)
    {
        var file = new Hdf5Writer();
        WeightLayout.WriteGroups(model, file);
        if (model.Optimizer is not { } optimizer)
            return file;
        file.SetText(OptimizerGroup, "name", optimizer.Name);
        foreach ((int i, OptimizerVariable variable) in OptimizerVariables(model).Index())
            AddVariable(file, FormattableString.Invariant($"{OptimizerGroup}/{i}"), variable);
        return file;
    }

    /// <summary>
    /// Reads the optimizer's state in Keras 3's layout, before anything is changed, and returns what restores it. As in Keras, that does nothing if the optimizer of
    /// the model has another number of variables, as before its first step, or none of these shapes.
    /// </summary>
    public static Action ReadOptimizer(Model model, IReadOnlyDictionary<string, StoredArray> arrays)
    {
        IReadOnlyList<StoredArray> state = FindOptimizerGroup(arrays);
        long[][] shapes = [.. state.Select(array => array.Shape)];
        if (model.Optimizer is not { } optimizer || !optimizer.HasStateOf(shapes))
            return () => { };
        NDArray[] values = [.. state.Select(array => array.Read())];
        return () => optimizer.SetState(optimizer.BuiltFor, values);
    }

    /// <summary>Returns the weights of each layer in the order and under the names of Keras' legacy format.</summary>
    public static IReadOnlyList<(string Name, IReadOnlyList<(string Name, Tensor Values)> Weights)> LegacyLayers(Model model) =>
        [.. model.Layers.Select(layer => (layer.Name, LegacyWeights(layer)))];

    /// <summary>Returns the extension of a path.</summary>
    /// <exception cref="ArgumentException">The extension is not one of those offered.</exception>
    public static string RequireExtension(string path, params ReadOnlySpan<string> offered)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        return FileExtension.Of(path, offered)
            ?? throw new ArgumentException($"Model: path must end with {string.Join(", ", offered[..^1])} or {offered[^1]}, but was '{path}'.", nameof(path));
    }

    /// <summary>Returns the maximum number of bytes of the weights of a model and the state of any optimizer.</summary>
    public static long MostBytes(Model model)
    {
        const int copies = 16;
        const long free = 1 << 26;
        return free + (copies * model.Weights.Sum(weight => weight.Count * weight.Type.ElementSize()));
    }

    private static string RequireModelExtension(string path, string forWeights)
    {
        string extension = RequireExtension(path, FileExtension.Keras, FileExtension.H5);
        return FileExtension.Of(path, FileExtension.WeightsH5) is null
            ? extension
            : throw new ArgumentException($"Model: path must be that of a whole model, but was '{path}', whose extension is for weights only. Use {forWeights}.", nameof(path));
    }

    private static IReadOnlyList<(string Name, Tensor Values)> LegacyWeights(Layer layer)
    {
        var taken = new HashSet<string>();
        return [.. WeightLayout.LegacyOrder(layer).Select(weight => (KerasNames.Unique(weight.Path, taken), weight.Value))];
    }

    private static Model Read(
        JsonObject envelope, string source, Action<Model> loadWeights, Func<IReadOnlyList<StoredArray>> findOptimizer, CustomObjects customs, bool compile)
    {
        Model model = ModelConfig.Read(envelope, source, customs, awaitsValues: true);
        try
        {
            if (!model.IsBuilt)
                throw new InvalidDataException($"Model: {source} must say the shape of the input, but does not. Create the same model with an input shape, and load the weights of this file with LoadWeights.");
            loadWeights(model);
            if (compile)
                CompileConfig.Apply(model, envelope["compile_config"], source, customs, findOptimizer);
            return model;
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    // HDF5 lists "10" before "2", so the numbers are sorted.
    private static IReadOnlyList<StoredArray> FindOptimizerGroup(IReadOnlyDictionary<string, StoredArray> arrays) =>
        [.. arrays.Keys
            .Where(key => key.StartsWith($"{OptimizerGroup}/", StringComparison.Ordinal))
            .OrderBy(key => int.TryParse(key[(OptimizerGroup.Length + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : int.MaxValue)
            .Select(key => arrays[key])];

    private static StoredArray Find(IReadOnlyDictionary<string, StoredArray> arrays, string key, string source) => arrays.TryGetValue(key, out StoredArray? array)
        ? array
        : throw new InvalidDataException($"Model: {source} must hold {key}, which it names, but does not. Save or copy it again.");

    // Without the slots of frozen weights, for which Keras creates none.
    private static IReadOnlyList<OptimizerVariable> OptimizerVariables(Model model) => model.Optimizer!.VariablesOf([.. model.Weights.Where(weight => weight.Trainable)]);

    // Keras' files have scalars as int32 and float32.
    private static void AddVariable(Hdf5Writer file, string path, OptimizerVariable variable)
    {
        if (variable.Slot is not null)
        {
            file.AddArray(path, variable.Slot());
            return;
        }

        NDArray number = variable.Read();
        file.AddArray(path, number.typecode == NPTypeCode.Int64 ? number.astype(np.int32) : number.astype(np.float32));
    }
}
