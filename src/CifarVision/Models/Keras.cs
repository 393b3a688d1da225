using CifarVision.Layers;
using CifarVision.Runtime;

namespace CifarVision.Models;

/// <summary>Functions of Keras' top-level module.</summary>
public static class Keras
{
    /// <summary>Creates an input of a functional model (Keras: <c>keras.Input</c>).</summary>
    /// <param name="shape">The shape of one sample, without the batch: <c>(32, 32, 3)</c>.</param>
    /// <param name="name">The name, unique in a model. Default <c>input_layer</c>, numbered.</param>
    /// <returns>A symbolic tensor to call layers on: <c>new Conv2D(32, 3).Call(x)</c>.</returns>
    public static KerasTensor Input(TensorShape shape, string? name = null) => new InputLayer(shape, name).Output;
}
