using CifarVision.Runtime;

namespace CifarVision.Layers;

/// <summary>The weights of one layer and where a file has them.</summary>
/// <param name="Layer">The layer's path, for messages.</param>
/// <param name="Weights">The weights.</param>
/// <param name="Keys">The names of their arrays in the file, in the same order.</param>
/// <param name="Group">The group in the file that holds the weights of this layer only.</param>
internal sealed record LayerWeights(string Layer, IReadOnlyList<Weight> Weights, IReadOnlyList<string> Keys, string Group);
