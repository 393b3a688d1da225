using CifarVision.Layers;
using CifarVision.Losses;
using CifarVision.Models;
using CifarVision.Optimizers;
using CifarVision.Runtime;

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

    [Fact]
    public void Predict_LayerThatRefusesItsInput_LeavesTheModelUnbuilt()
    {
        using var model = new Sequential(new Flatten(), new OnlyFour(), new Dense(2));

        Assert.Throws<ArgumentOutOfRangeException>(() => model.Predict(np.ones(new Shape(1, 3))));
        Assert.False(model.IsBuilt);
        Assert.Empty(model.Weights);

        Assert.Equal([1L, 2], model.Predict(np.ones(new Shape(1, 4))).shape);
        Assert.Equal(2, model.Weights.Count);
    }

    [Fact]
    public void Methods_WithoutLayers_SayWhatIsMissing()
    {
        using var model = new Sequential();

        Assert.Contains("there is no layer to remove.", Assert.Throws<InvalidOperationException>(model.Pop).Message, StringComparison.Ordinal);
        Assert.Contains("the model has no layers. Add one first.", Assert.Throws<InvalidOperationException>(() => model.Build(3)).Message, StringComparison.Ordinal);
        Assert.Contains("Summary must come after layers were added. Call Add first.", Assert.Throws<InvalidOperationException>(() => model.Summary()).Message, StringComparison.Ordinal);
    }

    // As a layer of the user's own that checks its input when it creates its weights.
    private sealed class OnlyFour : Layer
    {
        public override TensorShape ComputeOutputShape(TensorShape inputShape) => inputShape;

        protected override void BuildCore(TensorShape inputShape) => ArgumentOutOfRangeException.ThrowIfNotEqual(inputShape[0], 4);

        protected override Tensor ForwardCore(Tensor x, bool training) => x.alias();
    }
}
