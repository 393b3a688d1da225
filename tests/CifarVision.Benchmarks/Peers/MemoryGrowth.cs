using CifarVision.Benchmarks.Measuring;
using CifarVision.Callbacks;
using CifarVision.Datasets;
using CifarVision.Losses;
using CifarVision.Metrics;
using CifarVision.Models;
using CifarVision.Optimizers;
using CifarVision.Runtime;

namespace CifarVision.Benchmarks.Peers;

/// <summary>The memory in use after the first epoch of a Fit with validation, and after the fifth: what leaks shows.</summary>
internal static class MemoryGrowth
{
    private const int Epochs = 5;

    public static IEnumerable<Figure> Measure(Effort effort)
    {
        ImageDataset train = RandomImages.Create(effort.MemoryEpochSteps * effort.BatchSize);
        ImageDataset validation = RandomImages.Create(2 * effort.BatchSize);
        using Sequential model = AlexNetBuilder.Create(train.ImageShape, train.ClassCount);
        model.Compile(new SGD(learningRate: 0.01), new CategoricalCrossentropy(), [new Accuracy()], DTypePolicy.Auto);
        var resident = new double[Epochs];
        model.Fit(
            train,
            batchSize: effort.BatchSize,
            epochs: Epochs,
            callbacks: [new LambdaCallback(onEpochEnd: (_, epoch, _) => resident[epoch] = Environment.WorkingSet / (double)(1 << 20))],
            validationData: validation);
        yield return new Figure("memory_epoch1", resident[0], Figure.Mebibytes);
        yield return new Figure($"memory_epoch{Epochs}", resident[^1], Figure.Mebibytes);
    }
}
