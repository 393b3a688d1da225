using CifarVision.Benchmarks.Measuring;
using CifarVision.Datasets;
using CifarVision.Losses;
using CifarVision.Metrics;
using CifarVision.Models;
using CifarVision.Optimizers;
using CifarVision.Runtime;

namespace CifarVision.Benchmarks.Peers;

/// <summary>
/// Fit as one calls it, with images as bytes, shuffling, accuracy, history and progress, against the bare step; and Fit on a thread of the
/// pool, where glibc's allocator serves large blocks in another way than on the main thread.
/// </summary>
internal static class FitAgainstStep
{
    public static IEnumerable<Figure> Measure(Effort effort)
    {
        ImageDataset data = RandomImages.Create(effort.EpochSteps * effort.BatchSize);
        using Sequential model = Compiled(data);
        using var training = new StepByStep(DTypePolicy.Auto, effort.BatchSize);
        double[] seconds = Measurement.SecondsPerCall([Fit, Steps], InEpochs(effort));
        yield return Rate("fit_main_thread", data.Count, seconds[0]);
        yield return Rate("fit_bare_step", data.Count, seconds[1]);

        void Fit() => model.Fit(data, batchSize: effort.BatchSize);

        void Steps()
        {
            for (int step = 0; step < effort.EpochSteps; step++)
                training.Step();
        }
    }

    public static IEnumerable<Figure> MeasureOnPoolThread(Effort effort)
    {
        ImageDataset data = RandomImages.Create(effort.EpochSteps * effort.BatchSize);
        using Sequential model = Compiled(data);
        double seconds = Measurement.SecondsPerCall(() => Task.Run(() => model.Fit(data, batchSize: effort.BatchSize)).Wait(), InEpochs(effort));
        yield return Rate("fit_pool_thread", data.Count, seconds);
    }

    // A call is an epoch of several steps, which warm up as well.
    private static Effort InEpochs(Effort effort) => effort with { WarmUps = (effort.WarmUps + effort.EpochSteps - 1) / effort.EpochSteps };

    private static Sequential Compiled(ImageDataset data)
    {
        Sequential model = AlexNetBuilder.Create(data.ImageShape, data.ClassCount);
        model.Compile(new SGD(learningRate: 0.01), new CategoricalCrossentropy(), [new Accuracy()], DTypePolicy.Auto);
        return model;
    }

    private static Figure Rate(string name, int images, double seconds) => new(name, images / seconds, Figure.ImagesPerSecond);
}
