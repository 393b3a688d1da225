using CifarVision.Initializers;
using CifarVision.Layers;
using CifarVision.Runtime;
using Padding = CifarVision.Layers.Padding;

namespace CifarVision.Models;

/// <summary>
/// A small VGG for 32 x 32 images: seven 3 x 3 convolutions in three blocks of 64, 128 and 256 filters, each block followed by pooling, then
/// two dense layers.
/// </summary>
/// <remarks>
/// After Simonyan, Zisserman, "Very deep convolutional networks for large-scale image recognition", 2014 (ICLR 2015), the first three blocks
/// of its model of 16 layers, with one dense layer of 512 units in place of two of 4,096 and batch normalization after each convolution,
/// whose <c>beta</c> takes the place of the bias.
/// </remarks>
public static class VggBuilder
{
    /// <summary>Creates the model; for (32, 32, 3) and 10 classes it has 3,841,738 parameters.</summary>
    /// <param name="inputShape">One image, (height, width, channels); height and width at least 8, because of three poolings.</param>
    /// <param name="numClasses">The number of classes, at least 2.</param>
    /// <returns>A model whose output is probabilities, (N, numClasses); it must still be compiled.</returns>
    /// <exception cref="ArgumentException">The shape is not that of an image, or is too small.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There are fewer than 2 classes.</exception>
    public static Sequential Create(TensorShape inputShape, int numClasses)
    {
        return new Sequential(
            ImageModel.InputShape(nameof(VggBuilder), inputShape, minimumSide: 8, numClasses),
            [
                .. Block(filters: 64, convolutions: 2),
                .. Block(filters: 128, convolutions: 2),
                .. Block(filters: 256, convolutions: 3),
                new Flatten(),
                new Dense(512, ActivationFunction.Relu, kernelInitializer: new HeNormal()),
                new Dropout(0.5),
                new Dense(numClasses, ActivationFunction.Softmax),
            ]);
    }

    private static IEnumerable<Layer> Block(int filters, int convolutions)
    {
        for (int i = 0; i < convolutions; i++)
        {
            yield return new Conv2D(filters, kernelSize: 3, padding: Padding.Same, useBias: false, kernelInitializer: new HeNormal());
            yield return new BatchNormalization();
            yield return new Activation(ActivationFunction.Relu);
        }

        yield return new MaxPooling2D(2);
    }
}
