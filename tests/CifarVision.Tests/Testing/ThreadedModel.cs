using CifarVision.Callbacks;
using CifarVision.Layers;
using CifarVision.Losses;
using CifarVision.Metrics;
using CifarVision.Models;
using CifarVision.Optimizers;
using CifarVision.Runtime;
using Padding = CifarVision.Layers.Padding;

namespace CifarVision.Tests.Testing;

/// <summary>A model of all kinds of layers that keep something between calls, draw numbers or have a mode; and its data.</summary>
internal static class ThreadedModel
{
    public static Sequential Create(bool built, long? seed = 7)
    {
        if (seed is { } given)
            TorchRuntime.SetSeed(given);
        Layer[] layers =
        [
            new RandomFlip(),
            new RandomTranslation(0.2, 0.2),
            new Rescaling(0.5),
            new Conv2D(6, 3, padding: Padding.Same, activation: ActivationFunction.Relu),
            new BatchNormalization(),
            new DepthwiseConv2D(3, padding: Padding.Same),
            new SeparableConv2D(6, 3, padding: Padding.Same),
            new LocalResponseNormalization(),
            new MaxPooling2D(2),
            new SpatialDropout2D(0.2),
            new Sequential(new Conv2D(6, 1), new LeakyReLU()),
            Module(),
            new Flatten(),
            new Dense(8),
            new Dropout(0.3),
            new Normalization(mean: [0.0], variance: [1.0], axis: null),
            new Dense(3, ActivationFunction.Softmax),
        ];
        return built ? new Sequential((6, 6, 2), layers) : new Sequential(layers);
    }

    // A module draws its weights from torch's generator.
    private static TorchModuleLayer Module()
    {
        torch.random.manual_seed(1);
        return new TorchModuleLayer(torch.nn.Conv2d(6, 4, 1), dataFormat: DataFormat.ChannelsFirst);
    }

    public static NDArray Input(int number) => TinyTask.Images(8, number + 1).Images.astype(np.float32) / 255f;

    public static (NDArray X, NDArray Y) Task() => TinyTask.Arrays(24);

    public static void Compile(Sequential model) => model.Compile(new Adam(0.01), new CategoricalCrossentropy(), [new Accuracy()]);

    public static Sequential Trained(Sequential model, NDArray x, NDArray y, Action? onStep, bool compile = true)
    {
        if (compile)
            Compile(model);
        model.Fit(x, y, batchSize: 8, epochs: 4, verbose: 0, callbacks: onStep is null ? [] : [new LambdaCallback(onTrainBatchEnd: (_, _, _) => onStep())]);
        return model;
    }

    public static float[] Values(Layer model) => [.. model.GetWeights().SelectMany(weight => weight.ToArray<float>())];
}
