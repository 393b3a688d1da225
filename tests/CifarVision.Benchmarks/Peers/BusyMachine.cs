using System.Diagnostics;
using CifarVision.Benchmarks.Measuring;
using CifarVision.Layers;
using CifarVision.Losses;
using CifarVision.Models;
using CifarVision.Optimizers;
using CifarVision.Runtime;
using Padding = CifarVision.Layers.Padding;

namespace CifarVision.Benchmarks.Peers;

/// <summary>
/// The mean duration of a training step alone and beside one thread that never rests, in turn in one process; the median would hide the steps
/// that wait for a thread that is not running. How long torch's threads spin is decided when torch is loaded, so GOMP_SPINCOUNT chooses it.
/// </summary>
internal static class BusyMachine
{
    private const int Rounds = 2;

    public static IEnumerable<Figure> Measure(Effort effort)
    {
        foreach ((string name, int batchSize, Model model) in Networks(effort))
        {
            using (model)
            {
                double seconds = effort.SecondsPerFigure / Rounds;
                Action step = TrainingStep(model, batchSize);
                Mean(step, seconds);
                double alone = 0;
                double busy = 0;
                for (int round = 0; round < Rounds; round++)
                {
                    alone += Mean(step, seconds) / Rounds;
                    using var other = new OtherWork();
                    busy += Mean(step, seconds) / Rounds;
                }

                yield return new Figure($"{name}_alone", alone, Figure.Seconds);
                yield return new Figure($"{name}_beside_other_work", busy, Figure.Seconds);
            }
        }
    }

    private static IEnumerable<(string Name, int BatchSize, Model Model)> Networks(Effort effort)
    {
        yield return ("alexnet", effort.BatchSize, AlexNetBuilder.Create((32, 32, 3), RandomImages.Classes));
        yield return ("resnet20", Math.Max(2, effort.BatchSize / 2), ResNetBuilder.Create((32, 32, 3), RandomImages.Classes));
        yield return ("tiny", Math.Max(2, effort.BatchSize / 8), new Sequential(
            (8, 8, 3),
            new Conv2D(8, 3, padding: Padding.Same, activation: ActivationFunction.Relu),
            new MaxPooling2D(2),
            new Flatten(),
            new Dense(RandomImages.Classes, ActivationFunction.Softmax)));
    }

    private static double Mean(Action step, double seconds)
    {
        long start = Stopwatch.GetTimestamp();
        int steps = 0;
        do
        {
            step();
            steps++;
        }
        while (Stopwatch.GetElapsedTime(start).TotalSeconds < seconds);

        return Stopwatch.GetElapsedTime(start).TotalSeconds / steps;
    }

    private static Action TrainingStep(Model model, int batchSize)
    {
        model.Compile(new SGD(learningRate: 0.001), new SparseCategoricalCrossentropy(), precision: DTypePolicy.Float32);
        NDArray x = np.ones(new Shape([batchSize, .. model.InputShape.Dims.ToArray()]), np.float32);
        NDArray y = np.array(Enumerable.Range(0, batchSize).Select(i => i % RandomImages.Classes).ToArray());
        return () => model.TrainOnBatch(x, y);
    }

    private sealed class OtherWork : IDisposable
    {
        private readonly Thread _thread;
        private volatile bool _isOver;

        public OtherWork()
        {
            _thread = new Thread(() =>
            {
                while (!_isOver)
                {
                    // Only takes a processor.
                }
            });
            _thread.Start();
        }

        public void Dispose()
        {
            _isOver = true;
            _thread.Join();
        }
    }
}
