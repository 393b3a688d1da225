using System.Diagnostics;
using CifarVision.Callbacks;
using CifarVision.Datasets;
using CifarVision.Losses;
using CifarVision.Models;
using CifarVision.Mpi;
using CifarVision.Optimizers;
using CifarVision.Runtime;
using CifarVision.Training;
using TorchSharp;

namespace CifarVision.MpiTest;

/// <summary>The time of training steps with and without the exchange of gradients, and of the exchange alone.</summary>
internal static class Measurement
{
    /// <summary>Measures, and prints a line on rank 0.</summary>
    public static void Run(MpiWorld world, string name, int batch, int steps, torch.ScalarType type, long bucketBytes, int rounds)
    {
        TorchRuntime.SetSeed(1);
        ImageDataset data = SyntheticImages.Create(train: batch * (steps + 2), test: 10).Train;
        using Sequential? sequential = name switch
        {
            "alexnet" => AlexNetBuilder.Create(data.ImageShape, 10),
            "lenet" => LeNetBuilder.Create(data.ImageShape, 10),
            _ => null,
        };
        using Model model = sequential ?? (Model)ResNetBuilder.Create(data.ImageShape, 10);
        var distribution = new DataParallel(world, type, bucketBytes);
        var with = new List<double>();
        var without = new List<double>();
        for (int round = 0; round < rounds; round++)
        {
            with.AddRange(Steps(model, data, batch, distribution));
            if (world.Size > 1)
                without.AddRange(Steps(model, data, batch, new NoExchange(distribution)));
        }

        double alone = world.Size > 1 ? Alone(model, distribution, world) : 0;
        if (world.Rank != 0)
            return;
        double step = Median(with);
        double exposed = world.Size > 1 ? step - Median(without) : 0;
        Console.WriteLine(FormattableString.Invariant(
            $"{name}, {world.Size} x {TorchRuntime.Threads} threads, batch {batch}, {type}: {batch / step:F1} images/s, step {step * 1e3:F1} ms, without exchange {(step - exposed) * 1e3:F1} ms, exposed {exposed * 1e3:F1} ms, exchange alone {alone * 1e3:F1} ms, ratio {(alone > 0 ? exposed / alone : 0):F2}"));
    }

    // The times of the steps after the first two, on rank 0.
    private static List<double> Steps(Model model, ImageDataset data, int batch, Distribution distribution)
    {
        model.Compile(new SGD(0.001, momentum: 0.9), new CategoricalCrossentropy(), distribution: distribution);
        var times = new List<double>();
        long last = 0;
        model.Fit(data, batchSize: batch, epochs: 1, verbose: 0, callbacks:
        [
            new LambdaCallback(onTrainBatchEnd: (_, step, _) =>
            {
                if (step >= 2)
                    times.Add(Stopwatch.GetElapsedTime(last).TotalSeconds);
                last = Stopwatch.GetTimestamp();
            }),
        ]);
        return times;
    }

    private static double Alone(Model model, DataParallel distribution, MpiWorld world)
    {
        using var scope = torch.NewDisposeScope();
        torch.Tensor[] gradients = [.. model.Weights.Where(weight => weight.Trainable).Reverse().Select(weight => torch.zeros_like(weight.Value).detach())];
        var times = new List<double>();
        for (int i = 0; i < 5; i++)
        {
            world.Barrier();
            long start = Stopwatch.GetTimestamp();
            distribution.SumGradients(gradients);
            world.Barrier();
            times.Add(Stopwatch.GetElapsedTime(start).TotalSeconds);
        }

        return Median(times);
    }

    private static double Median(List<double> times) => times.Order().ElementAt(times.Count / 2);
}
