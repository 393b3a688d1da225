using CifarVision.Layers;
using CifarVision.Runtime;

namespace CifarVision.Models;

/// <summary>LeNet-5 with ReLU and max pooling, the baseline: about 60 % on CIFAR-10 after a hundred epochs of plain gradient descent.</summary>
/// <remarks>After LeCun, Bottou, Bengio, Haffner, "Gradient-based learning applied to document recognition", Proc. IEEE 1998.</remarks>
public static class LeNetBuilder
{
    /// <summary>Creates the model; for (32, 32, 3) and 10 classes it has 62,006 parameters.</summary>
    /// <param name="inputShape">One image, (height, width, channels); height and width at least 16, because of two unpadded 5 x 5 convolutions.</param>
    /// <param name="numClasses">The number of classes, at least 2.</param>
    /// <returns>A model whose output is probabilities, (N, numClasses); it must still be compiled.</returns>
    /// <exception cref="ArgumentException">The shape is not that of an image, or is too small.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There are fewer than 2 classes.</exception>
    public static Sequential Create(TensorShape inputShape, int numClasses)
    {
        return new Sequential(
            ImageModel.InputShape(nameof(LeNetBuilder), inputShape, minimumSide: 16, numClasses),
            new Conv2D(6, kernelSize: 5, activation: ActivationFunction.Relu),
            new MaxPooling2D(2),
            new Conv2D(16, kernelSize: 5, activation: ActivationFunction.Relu),
            new MaxPooling2D(2),
            new Flatten(),
            new Dense(120, ActivationFunction.Relu),
            new Dense(84, ActivationFunction.Relu),
            new Dense(numClasses, ActivationFunction.Softmax));
    }
}
