using CifarVision.Layers;
using CifarVision.Models;
using CifarVision.Runtime;
using Padding = CifarVision.Layers.Padding;

namespace CifarVision.Tests.Testing;

/// <summary>The functional models of Golden/functional, by their names there.</summary>
internal static class FunctionalModels
{
    public static IReadOnlyDictionary<string, Func<Model>> All { get; } = new Dictionary<string, Func<Model>>
    {
        ["called_on_lists"] = CalledOnLists,
        ["dense_block"] = DenseBlock,
        ["inception_concat"] = InceptionConcat,
        ["merges"] = Merges,
        ["nested_functional"] = NestedFunctional,
        ["nested_sequential"] = NestedSequential,
        ["preact_batchnorm_skip"] = PreactBatchnormSkip,
        ["residual_add"] = ResidualAdd,
        ["shared_layer_twice"] = SharedLayerTwice,
        ["squeeze_excite"] = SqueezeExcite,
        ["two_inputs"] = TwoInputs,
        ["two_outputs"] = () => TwoOutputs("class_out", "value_out"),
    };

    private static Model CalledOnLists()
    {
        KerasTensor inner = Keras.Input(6);
        KerasTensor innerOther = Keras.Input(4);
        var pair = new Model([inner, innerOther], [new Concatenate().Call(new Dense(4, ActivationFunction.Relu).Call(inner), innerOther)], "pair");
        KerasTensor a = Keras.Input(6, "a");
        KerasTensor b = Keras.Input(4, "b");
        KerasTensor one = new Dense(4, ActivationFunction.Relu, name: "dense_1").Call(a);
        KerasTensor two = new Dense(4, ActivationFunction.Tanh, name: "dense_2").Call(a);
        KerasTensor three = new Dense(4, ActivationFunction.Sigmoid, name: "dense_3").Call(a);
        KerasTensor sum = new Add().Call(one, two, three, b);
        KerasTensor mean = new Average().Call(one, two, three);
        KerasTensor joined = new Concatenate(axis: 1, name: "concatenate_1").Call(sum, b);
        KerasTensor first = pair.Call(a, mean);
        KerasTensor second = pair.Call(a, b);
        KerasTensor all = new Concatenate(name: "concatenate_2").Call(joined, first, second, new Dot(1).Call(sum, b));
        return new Model([a, b], [new Dense(3, ActivationFunction.Softmax, name: "dense_4").Call(all)], "lists");
    }

    private static Model DenseBlock()
    {
        KerasTensor input = Keras.Input((8, 8, 3));
        KerasTensor x = new Conv2D(4, 3, padding: Padding.Same, useBias: false).Call(input);
        for (int i = 0; i < 3; i++)
        {
            KerasTensor y = new BatchNormalization(name: $"block_{i}_bn").Call(x);
            y = new ReLU(name: $"block_{i}_relu").Call(y);
            y = new Conv2D(3, 3, padding: Padding.Same, useBias: false, name: $"block_{i}_conv").Call(y);
            x = new Concatenate(axis: 3, name: $"block_{i}_concat").Call(x, y);
        }

        x = new ReLU().Call(new BatchNormalization().Call(x));
        x = new AveragePooling2D().Call(new Conv2D(6, 1, useBias: false).Call(x));
        return new Model(input, new Dense(4).Call(new GlobalAveragePooling2D().Call(x)), "densenet_like");
    }

    private static Model InceptionConcat()
    {
        KerasTensor image = Keras.Input((8, 8, 3), "image");
        KerasTensor one = Relu(3, 1, "b1x1").Call(image);
        KerasTensor three = Relu(4, 3, "b3x3").Call(Relu(2, 1, "b3x3_reduce").Call(image));
        KerasTensor five = Relu(2, 5, "b5x5").Call(Relu(2, 1, "b5x5_reduce").Call(image));
        KerasTensor pool = Relu(3, 1, "pool_proj").Call(new MaxPooling2D(3, 1, Padding.Same, "pool").Call(image));
        KerasTensor x = new Concatenate(name: "mixed0").Call(one, three, five, pool);
        x = new Flatten().Call(new AveragePooling2D(3, 2, Padding.Same).Call(x));
        return new Model(image, new Dense(5, ActivationFunction.Softmax, name: "predictions").Call(x), "tiny_inception");
    }

    private static Model Merges()
    {
        KerasTensor input = Keras.Input((6, 6, 2));
        KerasTensor a = new Conv2D(4, 1, padding: Padding.Same, activation: ActivationFunction.Tanh, name: "a").Call(input);
        KerasTensor b = new Conv2D(4, 3, padding: Padding.Same, activation: ActivationFunction.Sigmoid, name: "b").Call(input);
        KerasTensor c = new Conv2D(4, 3, padding: Padding.Same, name: "c").Call(input);
        KerasTensor product = new Multiply().Call(a, b);
        KerasTensor mean = new Average().Call(a, b, c);
        KerasTensor difference = new Subtract().Call(mean, new Maximum().Call(product, c));
        KerasTensor all = new Concatenate().Call(product, mean, difference, new Minimum().Call(difference, a));
        return new Model(input, new Dense(3, ActivationFunction.Softmax).Call(new Flatten().Call(all)));
    }

    private static Model NestedFunctional()
    {
        KerasTensor inner = Keras.Input((8, 8, 3));
        KerasTensor stem = new Conv2D(5, 3, padding: Padding.Same, useBias: false, name: "stem") { Trainable = false }.Call(inner);
        KerasTensor x = new Activation(ActivationFunction.Relu).Call(new BatchNormalization().Call(stem));
        KerasTensor y = new BatchNormalization().Call(new Conv2D(5, 3, padding: Padding.Same, useBias: false, name: "inner").Call(x));
        var backbone = new Model(inner, new GlobalAveragePooling2D().Call(new Add().Call(x, y)), "backbone");
        KerasTensor image = Keras.Input((8, 8, 3), "image");
        KerasTensor features = backbone.Call(new Rescaling(0.5, 0.1).Call(image));
        return new Model(image, new Dense(4, ActivationFunction.Softmax).Call(new Dropout(0).Call(features)), "classifier");
    }

    private static Model NestedSequential()
    {
        var features = new Sequential((8, 8, 3), new Conv2D(5, 3, padding: Padding.Same, activation: ActivationFunction.Relu), new BatchNormalization(), new MaxPooling2D());
        var head = new Sequential(new Dense(7, ActivationFunction.Relu), new Dense(4, ActivationFunction.Softmax));
        features.Rename("features");
        head.Rename("head");
        KerasTensor input = Keras.Input((8, 8, 3));
        return new Model(input, head.Call(new GlobalAveragePooling2D().Call(features.Call(input))), "outer");
    }

    private static Model PreactBatchnormSkip()
    {
        KerasTensor input = Keras.Input((8, 8, 3));
        KerasTensor x = Conv(useBias: true).Call(input);
        x = new Add().Call(x, Block(Preactivated(x)));
        KerasTensor shared = Preactivated(x);
        x = new Add().Call(shared, Block(shared));
        x = new Add().Call(new BatchNormalization(momentum: 0.9).Call(x), x);
        return new Model(input, new Dense(3, ActivationFunction.Softmax).Call(new GlobalAveragePooling2D().Call(x)), "preact");

        static Conv2D Conv(bool useBias) => new(6, 3, padding: Padding.Same, useBias: useBias);

        static KerasTensor Preactivated(KerasTensor x) => new ReLU().Call(new BatchNormalization().Call(x));

        static KerasTensor Block(KerasTensor x) => Conv(useBias: true).Call(Preactivated(Conv(useBias: false).Call(x)));
    }

    private static Model ResidualAdd()
    {
        KerasTensor input = Keras.Input((8, 8, 3));
        KerasTensor x = new BatchNormalization().Call(new Conv2D(6, 3, padding: Padding.Same, useBias: false).Call(input));
        x = new Conv2D(6, 3, padding: Padding.Same, useBias: false).Call(new Activation(ActivationFunction.Relu).Call(x));
        x = new Add().Call(new BatchNormalization().Call(x), new Conv2D(6, 1).Call(input));
        x = new Conv2D(8, 3, 2, Padding.Same, activation: ActivationFunction.Relu).Call(new ReLU().Call(x));
        return new Model(input, new Dense(4, ActivationFunction.Softmax).Call(new GlobalAveragePooling2D().Call(x)));
    }

    private static Model SharedLayerTwice()
    {
        KerasTensor left = Keras.Input((8, 8, 1), "left");
        KerasTensor right = Keras.Input((8, 8, 1), "right");
        Layer[] tower =
        [
            new Conv2D(4, 3, activation: ActivationFunction.Relu, name: "shared_conv"), new BatchNormalization(name: "shared_bn"),
            new Flatten(name: "flat"), new Dense(6, name: "shared_dense"),
        ];
        KerasTensor difference = new Subtract().Call(
            tower.Aggregate(left, (x, layer) => layer.Call(x)),
            tower.Aggregate(right, (x, layer) => layer.Call(x)));
        KerasTensor square = new Multiply(name: "square").Call(difference, difference);
        return new Model([left, right], [new Dense(1, ActivationFunction.Sigmoid).Call(square)], "siamese");
    }

    private static Model SqueezeExcite()
    {
        KerasTensor input = Keras.Input((8, 8, 3));
        KerasTensor x = new BatchNormalization().Call(new Conv2D(8, 3, padding: Padding.Same, useBias: false).Call(input));
        x = new Activation(ActivationFunction.Silu).Call(x);
        KerasTensor gate = new GlobalAveragePooling2D(keepDims: true, name: "se_squeeze").Call(x);
        gate = new Conv2D(2, 1, activation: ActivationFunction.Silu, name: "se_reduce").Call(gate);
        gate = new Conv2D(8, 1, activation: ActivationFunction.Sigmoid, name: "se_expand").Call(gate);
        x = new GlobalMaxPooling2D().Call(new Multiply(name: "se_excite").Call(x, gate));
        return new Model(input, new Dense(4, ActivationFunction.Softmax).Call(x), "se_net");
    }

    private static Model TwoInputs()
    {
        KerasTensor image = Keras.Input((8, 8, 1), "image");
        KerasTensor features = Keras.Input(5, "features");
        KerasTensor x = new Conv2D(4, 3, activation: ActivationFunction.Relu).Call(image);
        x = new Flatten().Call(new MaxPooling2D().Call(x));
        x = new Concatenate().Call(x, new Dense(6, ActivationFunction.Relu).Call(features));
        return new Model([image, features], [new Dense(3, ActivationFunction.Softmax).Call(x)], "two_inputs");
    }

    /// <summary>Creates the model of two_outputs, and of its variants without names.</summary>
    /// <param name="first">The name of the first output; null for Keras' default.</param>
    /// <param name="second">The name of the second.</param>
    public static Model TwoOutputs(string? first, string? second)
    {
        KerasTensor image = Keras.Input((8, 8, 3), "image");
        KerasTensor x = new Conv2D(6, 3, 2, activation: ActivationFunction.Relu).Call(image);
        x = new Flatten().Call(new BatchNormalization().Call(x));
        KerasTensor hidden = new Dense(5, ActivationFunction.Tanh, name: first is null ? "hidden" : null).Call(x);
        return new Model([image], [new Dense(4, ActivationFunction.Softmax, name: first).Call(x), new Dense(1, name: second).Call(hidden)], "two_outputs");
    }

    private static Conv2D Relu(int filters, Size2D kernelSize, string name) =>
        new(filters, kernelSize, padding: Padding.Same, activation: ActivationFunction.Relu, name: name);
}
