using CifarVision.Layers;
using CifarVision.Losses;
using CifarVision.Models;
using CifarVision.Optimizers;

namespace CifarVision.Tests.Models;

public class SequentialBuildTests
{
    private const int Models = 60;
    private const int Threads = 8;

    [Fact]
    public async Task Predict_UnbuiltModelOnManyThreads_BuildsItOnce()
    {
        NDArray x = np.ones(new Shape(4, 6, 6, 2), np.float32);
        for (int i = 0; i < Models; i++)
        {
            using var model = new Sequential(new Conv2D(3, 3), new BatchNormalization(), new Sequential(new Conv2D(3, 1)), new Flatten(), new Dense(5));
            model.Compile(new SGD(0.1), new CategoricalCrossentropy());
            using var start = new Barrier(Threads);
            Task<float[]>[] predictions = [.. Enumerable.Range(0, Threads).Select(_ => Task.Factory.StartNew(
                () =>
                {
                    start.SignalAndWait();
                    return model.Predict(x, verbose: 0).ToArray<float>();
                },
                TestContext.Current.CancellationToken,
                TaskCreationOptions.LongRunning,
                TaskScheduler.Default))];

            float[][] values = await Task.WhenAll(predictions);

            Assert.Equal(10, model.Weights.Count);
            Assert.All(values, one => Assert.Equal(values[0], one));
        }
    }
}
