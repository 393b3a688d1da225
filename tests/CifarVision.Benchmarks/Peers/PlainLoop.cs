using CifarVision.Benchmarks.Measuring;
using TorchSharp.Modules;
using static TorchSharp.torch.nn;

namespace CifarVision.Benchmarks.Peers;

/// <summary>
/// AlexNet as one writes it with TorchSharp alone: its modules, float32, its SGD and cross_entropy, a dispose scope a step. Nothing here
/// may use the library, whose first use brings its allocator; only the native loader has been registered, without which nothing runs.
/// </summary>
internal static class PlainLoop
{
    /// <summary>Images a second, with images in memory as (N, C, H, W) or, as no example of TorchSharp does it, as (N, H, W, C).</summary>
    public static IEnumerable<Figure> Measure(Effort effort, bool channelsLast)
    {
        torch.set_num_threads(Environment.ProcessorCount);
        using Sequential model = AlexNet();
        using torch.optim.Optimizer optimizer = torch.optim.SGD(model.parameters(), learningRate: 0.01);
        using Tensor images = channelsLast ? torch.rand(effort.BatchSize, 32, 32, 3).permute(0, 3, 1, 2) : torch.rand(effort.BatchSize, 3, 32, 32);
        using Tensor labels = torch.randint(10, effort.BatchSize, ScalarType.Int64);
        model.train();

        double seconds = Measurement.SecondsPerCall(Step, effort);
        yield return new Figure(channelsLast ? "plain_torchsharp_channels_last" : "plain_torchsharp", effort.BatchSize / seconds, Figure.ImagesPerSecond);

        void Step()
        {
            using var scope = torch.NewDisposeScope();
            optimizer.zero_grad();
            Tensor loss = functional.cross_entropy(model.forward(images), labels);
            loss.backward();
            optimizer.step();
        }
    }

    private static Sequential AlexNet() => Sequential(
        Conv2d(3, 96, 3, padding: 1), ReLU(), MaxPool2d(2), BatchNorm2d(96, eps: 1e-3, momentum: 0.01),
        Conv2d(96, 256, 3, padding: 1), ReLU(), MaxPool2d(2), BatchNorm2d(256, eps: 1e-3, momentum: 0.01),
        Conv2d(256, 384, 3, padding: 1), ReLU(),
        Conv2d(384, 384, 3, padding: 1), ReLU(),
        Conv2d(384, 256, 3, padding: 1), ReLU(), MaxPool2d(2), BatchNorm2d(256, eps: 1e-3, momentum: 0.01),
        Flatten(),
        Linear(4096, 4096), ReLU(), Dropout(0.5),
        Linear(4096, 4096), ReLU(), Dropout(0.5),
        Linear(4096, 10));
}
