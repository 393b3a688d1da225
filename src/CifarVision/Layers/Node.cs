using CifarVision.Runtime;

namespace CifarVision.Layers;

/// <summary>One call of a layer on symbolic tensors (Keras: <c>Node</c>). An input has a node without inputs.</summary>
internal sealed class Node
{
    public Node(Layer layer, IReadOnlyList<KerasTensor> inputs, bool isCalledOnList, IReadOnlyList<TensorShape> outputShapes)
    {
        (Layer, Inputs, IsCalledOnList) = (layer, inputs, isCalledOnList);
        Outputs = [.. outputShapes.Select((shape, i) => new KerasTensor(this, i, shape))];
    }

    public Layer Layer { get; }

    public IReadOnlyList<KerasTensor> Inputs { get; }

    /// <summary>Whether the layer was called on a list, <c>layer([a, b])</c>, which Keras' files distinguish from <c>layer(a)</c>.</summary>
    public bool IsCalledOnList { get; }

    public IReadOnlyList<KerasTensor> Outputs { get; }

    /// <summary>
    /// The argument <c>training</c> of the call in a file, as in <c>dropout(x, training=False)</c>, or null. It is kept only to be saved again: when a model runs,
    /// Keras uses the model's own mode.
    /// </summary>
    public bool? Training { get; init; }
}
