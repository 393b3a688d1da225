using CifarVision.Layers;
using CifarVision.Runtime;

namespace CifarVision.Training;

/// <summary>What a forward pass in training changes in a model, restored on disposal: weights that are not trained, such as moving averages, and random streams.</summary>
internal sealed class KeptState : IDisposable
{
    private readonly Layer[] _layers;
    private readonly StreamPlace?[] _places;
    private readonly Weight[] _weights;
    private readonly Tensor[] _values;

    /// <summary>Copies the state.</summary>
    /// <param name="roots">The layers of the model.</param>
    public KeptState(IEnumerable<Layer> roots)
    {
        using var noGrad = torch.no_grad();
        _layers = [.. roots.SelectMany(LayerTree.Walk).Select(place => place.Layer).Distinct()];
        _places = [.. _layers.Select(layer => layer.RandomPlace)];
        _weights = [.. _layers.SelectMany(layer => layer.OwnWeights).Distinct().Where(weight => !weight.Trainable)];
        _values = [.. _weights.Select(weight => weight.Value.clone().DetachFromDisposeScope())];
    }

    public void Dispose()
    {
        using var noGrad = torch.no_grad();
        for (int i = 0; i < _weights.Length; i++)
        {
            _weights[i].Value.copy_(_values[i]);
            _values[i].Dispose();
        }

        for (int i = 0; i < _layers.Length; i++)
            _layers[i].RandomPlace = _places[i];
    }
}
