using CifarVision.Layers;
using CifarVision.Models;
using Padding = CifarVision.Layers.Padding;

namespace CifarVision.Tests.Testing;

/// <summary>The functional models of Golden/functional, and some that are harder to export.</summary>
internal static class ExportModels
{
    public static IReadOnlyDictionary<string, Func<Model>> All { get; } = new Dictionary<string, Func<Model>>(FunctionalModels.All)
    {
        ["shared on images of two sizes"] = SharedOnTwoSizes,
        ["shared, called later first"] = SharedCalledLaterFirst,
        ["an input as an output"] = InputAsOutput,
    };

    private static Model SharedOnTwoSizes()
    {
        KerasTensor small = Keras.Input((7, 6, 2), "small");
        KerasTensor large = Keras.Input((10, 9, 2), "large");
        var convolution = new Conv2D(3, 3, 2, Padding.Same);
        var pool = new MaxPooling2D(3, 2, Padding.Same);
        var whole = new GlobalAveragePooling2D(keepDims: true);
        return new Model([small, large], [new Add().Call(whole.Call(pool.Call(convolution.Call(small))), whole.Call(pool.Call(convolution.Call(large))))]);
    }

    // The first call of "shared" waits for the second call of "dense"; its second call could be made at once.
    private static Model SharedCalledLaterFirst()
    {
        KerasTensor input = Keras.Input(4);
        var dense = new Dense(4, ActivationFunction.Tanh, name: "dense");
        var shared = new Dense(4, ActivationFunction.Sigmoid, name: "shared");
        KerasTensor early = dense.Call(input);
        KerasTensor late = dense.Call(new Dense(4, name: "between").Call(early));
        return new Model([input], [new Subtract().Call(shared.Call(late), shared.Call(early))]);
    }

    private static Model InputAsOutput()
    {
        KerasTensor a = Keras.Input(4, "a");
        KerasTensor b = Keras.Input((4, 2), "b");
        return new Model([a, b], [new Dropout(0.5, name: "a_again").Call(a), new Multiply(name: "product").Call(b, new Dense(2).Call(a))]);
    }
}
