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

    /// <summary>Whether the layer was called on a list, <c>layer([a, b])</c>, which Keras' files tell from <c>layer(a)</c>.</summary>
    public bool IsCalledOnList { get; }

    public IReadOnlyList<KerasTensor> Outputs { get; }

    /// <summary>
    /// What a file says about training at this call, as in <c>dropout(x, training=False)</c>, or null. It is kept for files alone: when a model runs,
    /// Keras lets the model's own setting win.
    /// </summary>
    public bool? Training { get; init; }
}
