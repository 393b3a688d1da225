using CifarVision.Initializers;
using CifarVision.Layers;
using CifarVision.Regularizers;
using CifarVision.Runtime;
using Padding = CifarVision.Layers.Padding;

namespace CifarVision.Models;

/// <summary>
/// The residual networks for CIFAR-10: three stages of 16, 32 and 64 filters, each of (depth - 2) / 6 blocks of two 3 x 3 convolutions with a
/// shortcut around them.
/// </summary>
/// <remarks>
/// Source: He, Zhang, Ren, Sun, "Deep residual learning for image recognition", 2015 (CVPR 2016), section 4.2, as in Keras' example
/// <c>cifar10_resnet.py</c> (version 1): convolutions with bias, He's initializer and an L2 penalty of 0.0001. Where a stage begins, the shortcut is a 1 x 1
/// convolution of stride 2 (the paper's option B, without batch normalization); elsewhere it is the input itself.
/// </remarks>
public static class ResNetBuilder
{
    /// <summary>Creates the model; for (32, 32, 3), 10 classes and depth 20 it has 274,442 parameters, like Keras' example.</summary>
    /// <param name="inputShape">One image, (height, width, channels); height and width at least 4, because they are halved twice.</param>
    /// <param name="numClasses">The number of classes, at least 2.</param>
    /// <param name="depth">The number of layers with a kernel on the main path: 6n + 2, such as 20, 32, 44 or 56. Default 20.</param>
    /// <returns>A model whose output is probabilities, (N, numClasses); it must still be compiled.</returns>
    /// <exception cref="ArgumentException">The shape is not that of an image, or is too small.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There are fewer than 2 classes, or the depth is not 6n + 2.</exception>
    public static Model Create(TensorShape inputShape, int numClasses, int depth = 20)
    {
        inputShape = ImageModel.InputShape(nameof(ResNetBuilder), inputShape, minimumSide: 4, numClasses);
        if (depth < 8 || depth % 6 != 2)
            throw new ArgumentOutOfRangeException(nameof(depth), FormattableString.Invariant($"ResNetBuilder: depth must be 6n + 2 and at least 8, but was {depth}. Pass 20, 32, 44 or 56."));
        int blocks = (depth - 2) / 6;
        KerasTensor input = Keras.Input(inputShape);
        KerasTensor x = Relu(Normalized(Conv(16).Call(input)));
        x = Stage(x, filters: 16, blocks, firstStrides: 1);
        x = Stage(x, filters: 32, blocks, firstStrides: 2);
        x = Stage(x, filters: 64, blocks, firstStrides: 2);
        x = new GlobalAveragePooling2D().Call(x);
        return new Model(input, new Dense(numClasses, ActivationFunction.Softmax, kernelInitializer: new HeNormal()).Call(x), name: "resnet");
    }

    private static KerasTensor Stage(KerasTensor x, int filters, int blocks, int firstStrides)
    {
        for (int block = 0; block < blocks; block++)
        {
            int strides = block == 0 ? firstStrides : 1;
            KerasTensor y = Relu(Normalized(Conv(filters, strides: strides).Call(x)));
            y = Normalized(Conv(filters).Call(y));
            KerasTensor shortcut = strides == 1 ? x : Conv(filters, kernelSize: 1, strides, Padding.Valid).Call(x);
            x = Relu(new Add().Call(shortcut, y));
        }

        return x;
    }

    // On Keras' torch backend up to 3.6 a 1 x 1 convolution of stride 2 is wrong with padding "same"; "valid" computes the same.
    private static Conv2D Conv(int filters, int kernelSize = 3, int strides = 1, Padding padding = Padding.Same) =>
        new(filters, kernelSize, strides, padding, kernelInitializer: new HeNormal(), kernelRegularizer: new L2(1e-4));

    private static KerasTensor Normalized(KerasTensor x) => new BatchNormalization().Call(x);

    private static KerasTensor Relu(KerasTensor x) => new Activation(ActivationFunction.Relu).Call(x);
}
