using CifarVision.Layers;

namespace CifarVision.Graphs;

/// <summary>One step of an execution plan.</summary>
/// <param name="From">The numbers of the tensors that it reads.</param>
/// <param name="To">The numbers of the tensors that it computes.</param>
/// <param name="Layers">The layers that it calls.</param>
/// <param name="Run">Computes the tensors; the flag says whether for training.</param>
internal sealed record PlanStep(IReadOnlyList<int> From, IReadOnlyList<int> To, IReadOnlyList<Layer> Layers, Action<Tensor[], bool> Run)
{
    /// <summary>The weights of the layers and of those inside them.</summary>
    public IEnumerable<Layer> AllLayers => Layers.SelectMany(LayerTree.Walk).Select(place => place.Layer);
}
