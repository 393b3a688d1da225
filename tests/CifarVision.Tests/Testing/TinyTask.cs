using CifarVision.Datasets;
using CifarVision.Layers;
using CifarVision.Losses;
using CifarVision.Metrics;
using CifarVision.Models;
using CifarVision.Optimizers;
using CifarVision.Runtime;

namespace CifarVision.Tests.Testing;

/// <summary>Little images of three classes, and a little network that learns them in a moment.</summary>
internal static class TinyTask
{
    public const int Classes = 3;

    /// <summary>Noise over a bright band: the class is the place of the band.</summary>
    public static ImageDataset Images(int count = 48, long seed = 1)
    {
        var random = new RandomStream(seed, "tiny task");
        var pixels = new byte[count * 6 * 6 * 2];
        var labels = new int[count];
        for (int i = 0; i < count; i++)
        {
            labels[i] = random.NextInt32(Classes);
            for (int p = 0; p < 72; p++)
                pixels[(i * 72) + p] = (byte)(random.NextInt32(100) + (p / 24 == labels[i] ? 150 : 0));
        }

        return new ImageDataset(np.array(pixels).reshape(count, 6, 6, 2), np.array(labels), Classes);
    }

    public static (NDArray X, NDArray Y) Arrays(int count = 48)
    {
        ImageDataset images = Images(count);
        return (images.Images.astype(np.float32) / 255f, Labels.ToCategorical(images.Labels, Classes));
    }

    /// <summary>Noise whose classes mean nothing: it can only be learnt by heart.</summary>
    public static (NDArray X, NDArray Y) Noise(int count, TensorShape shape)
    {
        var random = new RandomStream(1, "noise");
        var pixels = new float[count * shape.ElementCount];
        random.NextUniform(pixels);
        int[] labels = [.. Enumerable.Range(0, count).Select(_ => random.NextInt32(Classes))];
        return (np.array(pixels).reshape(shape.WithBatch(count)), Labels.ToCategorical(np.array(labels), Classes));
    }

    public static Sequential Model(double dropout = 0.25) => new(
        (6, 6, 2),
        new Conv2D(4, 3, activation: ActivationFunction.Relu),
        new MaxPooling2D(2),
        new BatchNormalization(),
        new Flatten(),
        new Dense(8, ActivationFunction.Relu),
        new Dropout(dropout),
        new Dense(Classes, ActivationFunction.Softmax));

    public static Sequential Compiled(double learningRate = 0.1, double dropout = 0.25)
    {
        Sequential model = Model(dropout);
        model.Compile(new SGD(learningRate, momentum: 0.9), new CategoricalCrossentropy(), [new Accuracy()]);
        return model;
    }
}
