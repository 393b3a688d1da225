using CifarVision.Layers;
using CifarVision.Models;
using CifarVision.Runtime;
using Padding = CifarVision.Layers.Padding;

namespace CifarVision.Tests.Golden;

/// <summary>The models of the cases in Golden/functional, with Keras' order of calls.</summary>
internal static class FunctionalModels
{
    private static readonly TensorShape Image = (8, 8, 3);

    /// <summary>Creates the model of a case.</summary>
    /// <param name="name">The case.</param>
    public static Model Create(string name) => name switch
    {
        "residual_add" => ResidualAdd(),
        "preact_batchnorm_skip" => PreactBatchNormSkip(),
        "nested_functional" => NestedFunctional(),
        "nested_sequential" => NestedSequential(),
        "two_outputs" => TwoOutputs("class_out", "value_out"),
        _ => throw new ArgumentOutOfRangeException(nameof(name), $"There is no model {name}."),
    };

    /// <summary>Creates the model of two_outputs and of its variants.</summary>
    /// <param name="first">The name of the first output; null for Keras' default.</param>
    /// <param name="second">The name of the second.</param>
    public static Model TwoOutputs(string? first, string? second)
    {
        KerasTensor image = Keras.Input(Image, "image");
        KerasTensor x = new Conv2D(6, 3, strides: 2, activation: ActivationFunction.Relu).Call(image);
        x = new Flatten().Call(new BatchNormalization().Call(x));
        KerasTensor hidden = new Dense(5, ActivationFunction.Tanh, name: "hidden").Call(x);
        KerasTensor classes = new Dense(4, ActivationFunction.Softmax, name: first).Call(x);
        KerasTensor value = new Dense(1, name: second).Call(hidden);
        return new Model([image], [classes, value], "two_outputs");
    }

    private static Model ResidualAdd()
    {
        KerasTensor input = Keras.Input(Image);
        KerasTensor x = new Conv2D(6, 3, padding: Padding.Same, useBias: false).Call(input);
        x = new Activation(ActivationFunction.Relu).Call(new BatchNormalization().Call(x));
        x = new BatchNormalization().Call(new Conv2D(6, 3, padding: Padding.Same, useBias: false).Call(x));
        KerasTensor shortcut = new Conv2D(6, 1).Call(input);
        x = new ReLU().Call(new Add().Call(x, shortcut));
        x = new Conv2D(8, 3, strides: 2, padding: Padding.Same, activation: ActivationFunction.Relu).Call(x);
        x = new GlobalAveragePooling2D().Call(x);
        return new Model(input, new Dense(4, ActivationFunction.Softmax).Call(x));
    }

    private static Model PreactBatchNormSkip()
    {
        KerasTensor input = Keras.Input(Image);
        KerasTensor first = Conv().Call(input);
        KerasTensor x = new ReLU().Call(new BatchNormalization().Call(first));
        x = new ReLU().Call(new BatchNormalization().Call(Conv(useBias: false).Call(x)));
        KerasTensor sum = new Add().Call(first, Conv().Call(x));
        KerasTensor activated = new ReLU().Call(new BatchNormalization().Call(sum));
        x = new ReLU().Call(new BatchNormalization().Call(Conv(useBias: false).Call(activated)));
        KerasTensor second = new Add().Call(activated, Conv().Call(x));
        x = new Add().Call(new BatchNormalization(momentum: 0.9).Call(second), second);
        x = new GlobalAveragePooling2D().Call(x);
        return new Model(input, new Dense(3, ActivationFunction.Softmax).Call(x), "preact");

        static Conv2D Conv(bool useBias = true) => new(6, 3, padding: Padding.Same, useBias: useBias);
    }

    private static Model NestedFunctional()
    {
        KerasTensor inner = Keras.Input(Image);
        KerasTensor x = new Conv2D(5, 3, padding: Padding.Same, useBias: false, name: "stem") { Trainable = false }.Call(inner);
        KerasTensor activated = new Activation(ActivationFunction.Relu).Call(new BatchNormalization().Call(x));
        x = new BatchNormalization().Call(new Conv2D(5, 3, padding: Padding.Same, useBias: false, name: "inner").Call(activated));
        var backbone = new Model(inner, new GlobalAveragePooling2D().Call(new Add().Call(activated, x)), "backbone");

        KerasTensor image = Keras.Input(Image, "image");
        x = backbone.Call(new Rescaling(0.5, 0.1).Call(image));
        return new Model(image, new Dense(4, ActivationFunction.Softmax).Call(new Dropout(0).Call(x)), "classifier");
    }

    private static Model NestedSequential()
    {
        var features = new Sequential(new Conv2D(5, 3, padding: Padding.Same, activation: ActivationFunction.Relu), new BatchNormalization(), new MaxPooling2D());
        var head = new Sequential(new Dense(7, ActivationFunction.Relu), new Dense(4, ActivationFunction.Softmax));
        KerasTensor input = Keras.Input(Image);
        return new Model(input, head.Call(new GlobalAveragePooling2D().Call(features.Call(input))), "outer");
    }
}
