using CifarVision.Layers;
using CifarVision.Models;
using CifarVision.Runtime;

namespace CifarVision.Tests.Testing;

/// <summary>A functional model to put into others: <c>main(x) + shortcut(x)</c>.</summary>
internal static class ResidualModel
{
    /// <param name="inputShape">The shape of one sample.</param>
    /// <param name="main">The layers of the main path, first to last.</param>
    /// <param name="shortcut">The layers of the shortcut. Default none: the input itself.</param>
    /// <param name="name">Default <c>functional</c>.</param>
    public static Model Create(TensorShape inputShape, IEnumerable<Layer> main, IEnumerable<Layer>? shortcut = null, string? name = null)
    {
        KerasTensor x = Keras.Input(inputShape);
        return new Model(x, new Add().Call(Path(x, main), Path(x, shortcut ?? [])), name);
    }

    private static KerasTensor Path(KerasTensor x, IEnumerable<Layer> layers) => layers.Aggregate(x, (y, layer) => layer.Call(y));
}
