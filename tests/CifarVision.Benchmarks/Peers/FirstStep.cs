using System.Diagnostics;
using CifarVision.Benchmarks.Measuring;
using CifarVision.Callbacks;
using CifarVision.Datasets;
using CifarVision.Losses;
using CifarVision.Metrics;
using CifarVision.Models;
using CifarVision.Optimizers;
using CifarVision.Runtime;

namespace CifarVision.Benchmarks.Peers;

/// <summary>From the start of the process to the end of the first training step: loading torch, 37 million first weights, the just-in-time compiler.</summary>
internal static class FirstStep
{
    public static IEnumerable<Figure> Measure(Effort effort)
    {
        ImageDataset data = RandomImages.Create(effort.BatchSize);
        using Sequential model = AlexNetBuilder.Create(data.ImageShape, data.ClassCount);
        model.Compile(new SGD(learningRate: 0.01), new CategoricalCrossentropy(), [new Accuracy()], DTypePolicy.Auto);
        DateTime finished = default;
        model.Fit(data, batchSize: effort.BatchSize, callbacks: [new LambdaCallback(onTrainBatchEnd: (_, _, _) => finished = DateTime.Now)]);
        using Process self = Process.GetCurrentProcess();
        yield return new Figure("first_step", (finished - self.StartTime).TotalSeconds, Figure.Seconds);
    }
}
