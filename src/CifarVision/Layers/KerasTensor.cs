using CifarVision.Runtime;

namespace CifarVision.Layers;

/// <summary>
/// A symbolic tensor: the shape of a layer's output and the call that computes it (Keras: <c>keras.KerasTensor</c>). It holds no values.
/// <c>Keras.Input</c> and <see cref="Layer.Call(KerasTensor[])"/> return symbolic tensors; <c>new Model(inputs, outputs)</c> takes them.
/// </summary>
public sealed class KerasTensor
{
    internal KerasTensor(Node node, int index, TensorShape shape) => (Node, Index, Shape) = (node, index, shape);

    /// <summary>The shape of one sample, without the batch.</summary>
    public TensorShape Shape { get; }

    /// <summary>The name of the layer that computes it; for an input, the name of the input.</summary>
    public string Name => Node.Layer.Name;

    /// <summary>The call that computes it.</summary>
    internal Node Node { get; }

    /// <summary>Its index among the outputs of the call.</summary>
    internal int Index { get; }

    /// <summary>Returns the name and the shape, such as <c>conv2d (None, 30, 30, 32)</c>.</summary>
    public override string ToString() => $"{Name} {Shape}";
}
