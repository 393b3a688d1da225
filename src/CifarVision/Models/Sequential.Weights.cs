using CifarVision.Runtime;
using CifarVision.Saving;

namespace CifarVision.Models;

public sealed partial class Sequential
{
    /// <summary>Saves all weights as a NumPy archive, entries named by Keras' paths (<c>sequential/conv2d/kernel</c>).</summary>
    /// <param name="path">A file ending with <c>.npz</c>; the old one stays until the new one is whole.</param>
    /// <exception cref="ArgumentException">The ending is another.</exception>
    /// <exception cref="InvalidOperationException">The model is not built.</exception>
    public void SaveWeights(string path)
    {
        RequireNpz(path);
        RequireBuilt(nameof(SaveWeights));
        NpzFile.Write(path, Weights.Select(weight => KeyValuePair.Create(weight.Path, weight.ToArray())));
    }

    /// <summary>Loads weights that <see cref="SaveWeights"/> saved from a model of the same layers.</summary>
    /// <param name="path">A file ending with <c>.npz</c>.</param>
    /// <exception cref="ArgumentException">The ending is another.</exception>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">It is no such archive, or names and shapes are not the model's; the weights stay as they were.</exception>
    /// <exception cref="InvalidOperationException">The model is not built.</exception>
    public void LoadWeights(string path)
    {
        RequireNpz(path);
        RequireBuilt(nameof(LoadWeights));
        IReadOnlyDictionary<string, NDArray> arrays = NpzFile.Read(path);
        IReadOnlyList<Weight> weights = Weights;
        foreach (Weight weight in weights)
        {
            if (!arrays.TryGetValue(weight.Path, out NDArray? array))
                throw new InvalidDataException($"Sequential: {path} must hold an array for {weight.Path}, but has {string.Join(", ", arrays.Keys)}. Load it into a model of the same layers.");
            if (!array.shape.AsSpan().SequenceEqual(weight.Value.shape))
                throw new InvalidDataException($"Sequential: {weight.Path} in {path} must have the shape {TensorShape.Format(weight.Value.shape)}, but was {TensorShape.Format(array.shape)}. Load it into a model of the same layers.");
        }

        if (arrays.Count != weights.Count)
            throw new InvalidDataException($"Sequential: {path} must hold the model's {weights.Count} arrays, but holds {arrays.Count}. Load it into a model of the same layers.");
        foreach (Weight weight in weights)
            weight.Assign(arrays[weight.Path]);
    }

    private static void RequireNpz(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        if (!path.EndsWith(".npz", StringComparison.OrdinalIgnoreCase))
            throw new ArgumentException($"Sequential: weight files must end with .npz, but was '{path}'.", nameof(path));
    }

    private void RequireBuilt(string verb)
    {
        if (!IsBuilt)
            throw new InvalidOperationException($"Sequential: {verb} must come after the model is built. Give it an input shape, or call Build.");
    }
}
