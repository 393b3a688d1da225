using CifarVision.Runtime;

namespace CifarVision.Layers;

/// <summary>The weights of one layer and their location in a file.</summary>
/// <param name="Layer">The layer's path, for messages.</param>
/// <param name="Weights">The weights.</param>
/// <param name="Keys">The names of the arrays in the file, in the same order.</param>
/// <param name="Group">The group in the file that holds only the weights of this layer.</param>
internal sealed record LayerWeights(string Layer, IReadOnlyList<Weight> Weights, IReadOnlyList<string> Keys, string Group);
