using CifarVision.Runtime;
using CifarVision.Formats;
using CifarVision.Serialization;

namespace CifarVision.Layers;

/// <summary>Maps the arrays of a file to the weights of a model: by path, by Keras 3's groups, or by the order of layers.</summary>
internal sealed class WeightLayout
{
    private readonly IReadOnlyList<LayerWeights> _layers;
    private readonly Func<string, bool> _isWeight;
    private readonly IReadOnlyList<string> _absent;

    // Not every array in a file is a weight: files may also hold the optimizer's state, and newer versions may add more.
    private WeightLayout(IReadOnlyList<LayerWeights> layers, Func<string, bool> isWeight, IReadOnlyList<string>? absent = null) =>
        (_layers, _isWeight, _absent) = (layers, isWeight, absent ?? []);

    /// <summary>Maps arrays that have Keras' paths of weights: <c>sequential/conv2d/kernel</c>.</summary>
    public static WeightLayout ByPath(Layer model) => new(
        [.. LayerTree.Walk(model).Select(place => new LayerWeights(place.Path, [.. place.Layer.OwnWeights], [.. place.Layer.OwnWeights.Select(weight => $"{place.Path}/{weight.Name}")], place.Path))],
        isWeight: _ => true);

    /// <summary>Maps Keras 3's groups: <c>layers/conv2d_1/vars/0</c>, numbered by class, independent of the layer's name.</summary>
    public static WeightLayout ByGroup(Layer model)
    {
        (Layer Layer, IReadOnlyList<Weight> Own, string Group)[] places = [.. Walk(model, "")];
        // Keras' files hold a layer that nested models share in its first group only.
        HashSet<string> again = [.. places.GroupBy(place => place.Layer).SelectMany(group => group.Skip(1)).Select(place => $"{place.Group}vars/")];
        return new WeightLayout(
            [.. places.DistinctBy(place => place.Layer).Select(place => new LayerWeights(place.Layer.Path, place.Own, [.. place.Own.Select((_, i) => Key(place.Group, i))], $"{place.Group}vars"))],
            isWeight: key => key.StartsWith("layers/", StringComparison.Ordinal) && !key.EndsWith("seed_generator/vars/0", StringComparison.Ordinal) && !again.Contains(key[..(key.LastIndexOf('/') + 1)]));
    }

    /// <summary>Maps a legacy file by the order of the layers that have weights, whatever their names.</summary>
    /// <exception cref="InvalidDataException">The file has another number of such layers.</exception>
    public static WeightLayout ByOrder(Layer model, IReadOnlyList<(string Name, IReadOnlyList<string> Paths)> inFile, string source)
    {
        Layer[] layers = [.. model.Sublayers.Where(layer => layer.Weights.Count > 0)];
        if (layers.Length != inFile.Count)
        {
            throw new InvalidDataException(FormattableString.Invariant(
                $"Model: {source} must hold the weights of {layers.Length} layers ({string.Join(", ", layers.Select(layer => layer.Name))}), but holds those of {inFile.Count} ({string.Join(", ", inFile.Select(layer => layer.Name))}). Load it into a model of the same layers, or save it again from the whole model."));
        }

        return new WeightLayout([.. layers.Zip(inFile, (layer, stored) => new LayerWeights(layer.Path, LegacyOrder(layer), stored.Paths, stored.Name))], isWeight: _ => false);
    }

    /// <summary>Maps a legacy file by the names of layers, whatever their order. Layers that the file does not name are left unchanged.</summary>
    public static WeightLayout ByName(Layer model, IReadOnlyList<(string Name, IReadOnlyList<string> Paths)> inFile)
    {
        ILookup<string, IReadOnlyList<string>> stored = inFile.ToLookup(layer => layer.Name, layer => layer.Paths);
        ILookup<bool, Layer> layers = model.Sublayers.Where(layer => layer.Weights.Count > 0).ToLookup(layer => stored.Contains(layer.Name));
        return new WeightLayout(
            [.. layers[true].Select(layer => new LayerWeights(layer.Path, LegacyOrder(layer), stored[layer.Name].First(), layer.Name))],
            isWeight: _ => false,
            [.. layers[false].Select(layer => layer.Path)]);
    }

    /// <summary>The order of weights in a legacy file: the trainable ones first, across a whole composite; a frozen layer keeps its own order.</summary>
    public static IReadOnlyList<Weight> LegacyOrder(Layer layer) => layer.Trainable
        ? [.. layer.Weights.Where(weight => weight.Trainable), .. layer.Weights.Where(weight => !weight.Trainable)]
        : layer.Weights;

    /// <summary>
    /// Adds groups, names and arrays in Keras 3's layout. The weights of a layer that nested models share are written once for each of them, because
    /// Keras reads separate layers.
    /// </summary>
    public static void WriteGroups(Layer model, Hdf5Writer file)
    {
        foreach ((Layer layer, IReadOnlyList<Weight> own, string group) in Walk(model, ""))
        {
            file.SetText($"{group}vars", "name", layer.Name);
            for (int i = 0; i < own.Count; i++)
                file.AddArray(Key(group, i), own[i].Value);
        }
    }

    /// <summary>Loads all weights, or none if one does not fit.</summary>
    /// <param name="arrays">The arrays of the file.</param>
    /// <param name="source">The file's name for messages.</param>
    /// <param name="skipMismatch">Whether to leave layers unchanged whose weights do not fit.</param>
    /// <param name="isFresh">Whether the model was just created and is discarded after an error, so that values can be read directly into its weights.</param>
    /// <returns>The paths of the layers that were left unchanged.</returns>
    /// <exception cref="InvalidDataException">Weights are missing, superfluous or of another shape; all stay as they were.</exception>
    public IReadOnlyList<string> Load(IReadOnlyDictionary<string, StoredArray> arrays, string source, bool skipMismatch = false, bool isFresh = false)
    {
        List<(Weight Weight, StoredArray Array)> found = Match(arrays, source, skipMismatch, out List<string> skipped);
        if (isFresh)
        {
            foreach ((Weight weight, StoredArray array) in found)
                array.ReadInto(weight);
            return skipped;
        }

        // All values are read before the first weight is changed.
        using var scope = torch.NewDisposeScope();
        Tensor[] values = [.. found.Select(pair => pair.Array.ReadTensor())];
        for (int i = 0; i < values.Length; i++)
            found[i].Weight.CopyFrom(values[i]);
        return skipped;
    }

    /// <summary>Checks that <see cref="Load"/> would take the arrays.</summary>
    /// <exception cref="InvalidDataException">Weights are missing, superfluous or of another shape.</exception>
    public void RequireFit(IReadOnlyDictionary<string, StoredArray> arrays, string source) => Match(arrays, source, skipMismatch: false, out _);

    private List<(Weight Weight, StoredArray Array)> Match(IReadOnlyDictionary<string, StoredArray> arrays, string source, bool skipMismatch, out List<string> skipped)
    {
        var found = new List<(Weight Weight, StoredArray Array)>();
        skipped = [.. _absent];
        ILookup<string, string> keysByGroup = arrays.Keys.ToLookup(ParentOf);
        foreach (LayerWeights layer in _layers)
        {
            if (Mismatch(layer, arrays, keysByGroup, source) is not { } mismatch)
                found.AddRange(layer.Weights.Zip(layer.Keys, (weight, key) => (weight, arrays[key])));
            else if (skipMismatch)
                skipped.Add(layer.Layer);
            else
                throw new InvalidDataException($"Model: {mismatch} Load it into a model of the same layers.");
        }

        HashSet<string> groups = [.. _layers.Select(layer => layer.Group)];
        if (!skipMismatch && keysByGroup.FirstOrDefault(group => !groups.Contains(group.Key) && group.Any(_isWeight)) is { } strange)
            throw new InvalidDataException($"Model: {source} must hold weights of this model's layers only, but also holds {strange.First()}. Load it into a model of the same layers.");
        return found;
    }

    private static string? Mismatch(LayerWeights layer, IReadOnlyDictionary<string, StoredArray> arrays, ILookup<string, string> keysByGroup, string source)
    {
        if (layer.Keys.Count != layer.Weights.Count)
            return FormattableString.Invariant($"{source} must hold {layer.Weights.Count} weights for {layer.Layer}, but holds {layer.Keys.Count} in {layer.Group}.");
        for (int i = 0; i < layer.Keys.Count; i++)
        {
            string key = layer.Keys[i];
            string weight = layer.Weights[i].Path == key ? key : $"{key} ({layer.Weights[i].Path})";
            if (!arrays.TryGetValue(key, out StoredArray? array))
                return $"{source} must hold {weight}, but holds {(arrays.Count == 0 ? "no arrays" : string.Join(", ", arrays.Keys))}.";
            if (!array.Shape.AsSpan().SequenceEqual(layer.Weights[i].Shape))
                return $"{weight} in {source} must have the shape {TensorShape.Format(layer.Weights[i].Shape)}, but was {TensorShape.Format(array.Shape)}.";
        }

        string? superfluous = keysByGroup[layer.Group].FirstOrDefault(key => !layer.Keys.Contains(key));
        return superfluous is null ? null : $"{source} must hold only the {layer.Weights.Count} weights of {layer.Layer}, but also holds {superfluous}.";
    }

    private static string Key(string group, int index) => FormattableString.Invariant($"{group}vars/{index}");

    private static string ParentOf(string key) => key[..Math.Max(0, key.LastIndexOf('/'))];

    private static IEnumerable<(Layer Layer, IReadOnlyList<Weight> Own, string Group)> Walk(Layer layer, string group)
    {
        yield return (layer, [.. layer.OwnWeights], group);
        var counts = new Dictionary<string, int>();
        foreach (Layer sublayer in layer.Sublayers)
        {
            string name = KerasNames.ToSnakeCase(sublayer.KerasClass);
            int number = counts[name] = counts.GetValueOrDefault(name, -1) + 1;
            string numbered = number == 0 ? name : FormattableString.Invariant($"{name}_{number}");
            foreach ((Layer, IReadOnlyList<Weight>, string) inner in Walk(sublayer, $"{group}layers/{numbered}/"))
                yield return inner;
        }
    }
}
