using CifarVision.Layers;
using CifarVision.Models;
using Padding = CifarVision.Layers.Padding;

namespace CifarVision.Tests.Testing;

/// <summary>The functional models that Keras' own numbers are recorded of (oracle/functional), and some that are harder to export.</summary>
internal static class FunctionalModels
{
    public static readonly Dictionary<string, Func<Model>> All = new()
    {
        ["called_on_lists"] = CalledOnLists,
        ["dense_block"] = DenseBlock,
        ["inception_concat"] = Inception,
        ["merges"] = Merges,
        ["nested_functional"] = NestedFunctional,
        ["nested_sequential"] = NestedSequential,
        ["preact_batchnorm_skip"] = PreactivatedResidual,
        ["residual_add"] = Residual,
        ["shared_layer_twice"] = Siamese,
        ["squeeze_excite"] = SqueezeExcite,
        ["two_inputs"] = TwoInputs,
        ["two_outputs"] = TwoOutputs,
        ["shared on images of two sizes"] = SharedOnTwoSizes,
        ["shared, called later first"] = SharedCalledLaterFirst,
        ["an input as an output"] = InputAsOutput,
    };

    private static Model CalledOnLists()
    {
        KerasTensor a = Keras.Input(6, "a");
        KerasTensor b = Keras.Input(4, "b");
        KerasTensor[] features =
        [
            new Dense(4, ActivationFunction.Relu).Call(a), new Dense(4, ActivationFunction.Tanh).Call(a), new Dense(4, ActivationFunction.Sigmoid).Call(a),
        ];
        KerasTensor sum = new Add().Call([.. features, b]);
        KerasTensor first = Keras.Input(6);
        KerasTensor second = Keras.Input(4);
        var pair = new Model([first, second], [new Concatenate().Call(new Dense(4, ActivationFunction.Relu).Call(first), second)], "pair");
        KerasTensor all = new Concatenate().Call(
            new Concatenate(axis: 1).Call(sum, b), pair.Call(a, new Average().Call(features)), pair.Call(a, b), new Dot(axes: 1).Call(sum, b));
        return new Model([a, b], [new Dense(3, ActivationFunction.Softmax).Call(all)]);
    }

    private static Model DenseBlock()
    {
        KerasTensor input = Keras.Input((8, 8, 3));
        KerasTensor x = new Conv2D(4, 3, padding: Padding.Same, useBias: false).Call(input);
        for (int block = 0; block < 3; block++)
        {
            KerasTensor y = new ReLU().Call(new BatchNormalization(epsilon: 1.001e-5).Call(x));
            x = new Concatenate(axis: 3).Call(x, new Conv2D(3, 3, padding: Padding.Same, useBias: false).Call(y));
        }

        x = new Conv2D(6, 1, useBias: false).Call(new ReLU().Call(new BatchNormalization().Call(x)));
        return new Model(input, new Dense(4).Call(new GlobalAveragePooling2D().Call(new AveragePooling2D().Call(x))));
    }

    private static Model Inception()
    {
        KerasTensor image = Keras.Input((8, 8, 3), "image");
        KerasTensor mixed = new Concatenate(name: "mixed0").Call(
            Relu(3, 1).Call(image),
            Relu(4, 3).Call(Relu(2, 1).Call(image)),
            Relu(2, 5).Call(Relu(2, 1).Call(image)),
            Relu(3, 1).Call(new MaxPooling2D(3, 1, Padding.Same).Call(image)));
        KerasTensor x = new Flatten().Call(new AveragePooling2D(3, 2, Padding.Same).Call(mixed));
        return new Model(image, new Dense(5, ActivationFunction.Softmax).Call(x));

        static Conv2D Relu(int filters, int size) => new(filters, size, padding: Padding.Same, activation: ActivationFunction.Relu);
    }

    private static Model Merges()
    {
        KerasTensor input = Keras.Input((6, 6, 2));
        KerasTensor a = new Conv2D(4, 1, activation: ActivationFunction.Tanh).Call(input);
        KerasTensor b = new Conv2D(4, 3, padding: Padding.Same, activation: ActivationFunction.Sigmoid).Call(input);
        KerasTensor c = new Conv2D(4, 3, padding: Padding.Same).Call(input);
        KerasTensor product = new Multiply().Call(a, b);
        KerasTensor average = new Average().Call(a, b, c);
        KerasTensor difference = new Subtract().Call(average, new Maximum().Call(product, c));
        KerasTensor all = new Concatenate().Call(product, average, difference, new Minimum().Call(difference, a));
        return new Model(input, new Dense(3, ActivationFunction.Softmax).Call(new Flatten().Call(all)));
    }

    private static Model NestedFunctional()
    {
        KerasTensor inside = Keras.Input((8, 8, 3));
        KerasTensor stem = new Activation(ActivationFunction.Relu).Call(new BatchNormalization().Call(new Conv2D(5, 3, padding: Padding.Same, useBias: false).Call(inside)));
        KerasTensor inner = new BatchNormalization().Call(new Conv2D(5, 3, padding: Padding.Same, useBias: false).Call(stem));
        var backbone = new Model(inside, new GlobalAveragePooling2D().Call(new Add().Call(stem, inner)), "backbone");
        KerasTensor image = Keras.Input((8, 8, 3), "image");
        KerasTensor x = new Dropout(0.5).Call(backbone.Call(new Rescaling(0.5, 0.1).Call(image)));
        return new Model(image, new Dense(4, ActivationFunction.Softmax).Call(x));
    }

    private static Model NestedSequential()
    {
        KerasTensor input = Keras.Input((8, 8, 3));
        var features = new Sequential((8, 8, 3), new Conv2D(5, 3, padding: Padding.Same, activation: ActivationFunction.Relu), new BatchNormalization(), new MaxPooling2D());
        var head = new Sequential(5, new Dense(7, ActivationFunction.Relu), new Dense(4, ActivationFunction.Softmax));
        return new Model(input, head.Call(new GlobalAveragePooling2D().Call(features.Call(input))));
    }

    private static Model PreactivatedResidual()
    {
        KerasTensor input = Keras.Input((8, 8, 3));
        KerasTensor x = new Conv2D(6, 3, padding: Padding.Same).Call(input);
        x = new Add().Call(x, Block(Activated(x)));
        KerasTensor activated = Activated(x);
        x = new Add().Call(activated, Block(activated));
        x = new Add().Call(new BatchNormalization(momentum: 0.9).Call(x), x);
        return new Model(input, new Dense(3, ActivationFunction.Softmax).Call(new GlobalAveragePooling2D().Call(x)));

        static KerasTensor Activated(KerasTensor x) => new ReLU().Call(new BatchNormalization().Call(x));

        static KerasTensor Block(KerasTensor x) =>
            new Conv2D(6, 3, padding: Padding.Same).Call(Activated(new Conv2D(6, 3, padding: Padding.Same, useBias: false).Call(x)));
    }

    private static Model Residual()
    {
        KerasTensor input = Keras.Input((8, 8, 3));
        KerasTensor x = new Activation(ActivationFunction.Relu).Call(new BatchNormalization().Call(new Conv2D(6, 3, padding: Padding.Same, useBias: false).Call(input)));
        x = new BatchNormalization().Call(new Conv2D(6, 3, padding: Padding.Same, useBias: false).Call(x));
        x = new ReLU().Call(new Add().Call(x, new Conv2D(6, 1).Call(input)));
        x = new GlobalAveragePooling2D().Call(new Conv2D(8, 3, 2, Padding.Same, activation: ActivationFunction.Relu).Call(x));
        return new Model(input, new Dense(4, ActivationFunction.Softmax).Call(x));
    }

    private static Model Siamese()
    {
        KerasTensor left = Keras.Input((8, 8, 1), "left");
        KerasTensor right = Keras.Input((8, 8, 1), "right");
        var convolution = new Conv2D(4, 3, activation: ActivationFunction.Relu, name: "shared_conv");
        var normalization = new BatchNormalization(name: "shared_bn");
        var flat = new Flatten("flat");
        var dense = new Dense(6, name: "shared_dense");
        KerasTensor difference = new Subtract().Call(Encoded(left), Encoded(right));
        return new Model([left, right], [new Dense(1, ActivationFunction.Sigmoid).Call(new Multiply().Call(difference, difference))]);

        KerasTensor Encoded(KerasTensor image) => dense.Call(flat.Call(normalization.Call(convolution.Call(image))));
    }

    private static Model SqueezeExcite()
    {
        KerasTensor input = Keras.Input((8, 8, 3));
        KerasTensor x = new Activation(ActivationFunction.Silu).Call(new BatchNormalization().Call(new Conv2D(8, 3, padding: Padding.Same, useBias: false).Call(input)));
        KerasTensor gate = new Conv2D(2, 1, activation: ActivationFunction.Silu).Call(new GlobalAveragePooling2D(keepDims: true).Call(x));
        x = new Multiply().Call(x, new Conv2D(8, 1, activation: ActivationFunction.Sigmoid).Call(gate));
        return new Model(input, new Dense(4, ActivationFunction.Softmax).Call(new GlobalMaxPooling2D().Call(x)));
    }

    private static Model TwoInputs()
    {
        KerasTensor image = Keras.Input((8, 8, 1), "image");
        KerasTensor features = Keras.Input(5, "features");
        KerasTensor seen = new Flatten().Call(new MaxPooling2D().Call(new Conv2D(4, 3, activation: ActivationFunction.Relu).Call(image)));
        KerasTensor all = new Concatenate().Call(seen, new Dense(6, ActivationFunction.Relu).Call(features));
        return new Model([image, features], [new Dense(3, ActivationFunction.Softmax).Call(all)]);
    }

    private static Model TwoOutputs()
    {
        KerasTensor image = Keras.Input((8, 8, 3), "image");
        KerasTensor x = new Flatten().Call(new BatchNormalization().Call(new Conv2D(6, 3, 2, activation: ActivationFunction.Relu).Call(image)));
        KerasTensor classes = new Dense(4, ActivationFunction.Softmax, name: "class_out").Call(x);
        return new Model([image], [classes, new Dense(1, name: "value_out").Call(new Dense(5, ActivationFunction.Tanh).Call(x))]);
    }

    // "Same" pads these two sizes differently.
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
