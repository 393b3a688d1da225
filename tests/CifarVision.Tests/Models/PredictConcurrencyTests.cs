using CifarVision.Layers;
using CifarVision.Losses;
using CifarVision.Models;
using CifarVision.Optimizers;
using CifarVision.Runtime;
using CifarVision.Tests.Testing;
using Padding = CifarVision.Layers.Padding;

namespace CifarVision.Tests.Models;

/// <summary>Uses that may overlap give what they give one after the other.</summary>
public class PredictConcurrencyTests
{
    private const int Threads = 8;

    [Fact]
    public void Predict_EightThreads_PredictsAsOne()
    {
        using Sequential model = ThreadedModel.Create(built: true);
        NDArray[] inputs = [.. Enumerable.Range(0, Threads).Select(ThreadedModel.Input)];
        float[][] expected = [.. inputs.Select(x => model.Predict(x, batchSize: 3).ToArray<float>())];

        InParallel(thread =>
        {
            for (int round = 0; round < 10; round++)
                Assert.Equal(expected[thread], model.Predict(inputs[thread], batchSize: 3).ToArray<float>());
        });
    }

    [Theory]
    [InlineData(DTypePolicy.MixedBFloat16)]
    [InlineData(DTypePolicy.Float64)]
    public void Predict_EightThreadsInOtherPrecisions_PredictsAsOne(DTypePolicy precision)
    {
        using Sequential model = ThreadedModel.Create(built: true);
        model.Compile(new SGD(), new CategoricalCrossentropy(), precision: precision);
        NDArray[] inputs = [.. Enumerable.Range(0, Threads).Select(ThreadedModel.Input)];
        double[][] expected = [.. inputs.Select(x => model.Predict(x, batchSize: 3).astype(np.float64).ToArray<double>())];

        InParallel(thread => Assert.Equal(expected[thread], model.Predict(inputs[thread], batchSize: 3).astype(np.float64).ToArray<double>()));
    }

    [Fact]
    public void Predict_FunctionalModelOnEightThreads_PredictsAsOne()
    {
        KerasTensor image = Keras.Input((6, 6, 2));
        var shared = new Conv2D(4, 3, padding: Padding.Same);
        KerasTensor left = new AveragePooling2D(2).Call(shared.Call(image));
        KerasTensor right = new MaxPooling2D(2).Call(new ReLU().Call(shared.Call(new ZeroPadding2D(0).Call(image))));
        KerasTensor merged = new Concatenate().Call(new Add().Call(left, right), new Multiply().Call(left, right), new Maximum().Call(left, right));
        KerasTensor pooled = new Add().Call(new GlobalAveragePooling2D().Call(merged), new GlobalMaxPooling2D().Call(merged));
        using var model = new Model(image, new Softmax().Call(new Reshape(12).Call(pooled)));
        NDArray[] inputs = [.. Enumerable.Range(0, Threads).Select(ThreadedModel.Input)];
        float[][] expected = [.. inputs.Select(x => model.Predict(x).ToArray<float>())];

        InParallel(thread =>
        {
            for (int round = 0; round < 10; round++)
                Assert.Equal(expected[thread], model.Predict(inputs[thread]).ToArray<float>());
        });
    }

    [Fact]
    public void Predict_UnbuiltModelOnEightThreads_BuildsItOnce()
    {
        using Sequential single = ThreadedModel.Create(built: false);
        float[] expected = single.Predict(ThreadedModel.Input(0)).ToArray<float>();
        for (int round = 0; round < 5; round++)
        {
            using Sequential model = ThreadedModel.Create(built: false);
            var predicted = new float[Threads][];
            InParallel(thread => predicted[thread] = model.Predict(ThreadedModel.Input(0)).ToArray<float>());

            Assert.Equal(single.Weights.Count, model.Weights.Count);
            Assert.All(predicted, outputs => Assert.Equal(expected, outputs));
        }
    }

    [Fact]
    public void Predict_DuringFit_ChangesNeither()
    {
        (NDArray x, NDArray y) = ThreadedModel.Task();
        using Sequential alone = ThreadedModel.Trained(ThreadedModel.Create(built: true), x, y, onStep: null);
        using Sequential together = ThreadedModel.Create(built: true);
        using var running = new ManualResetEventSlim();
        using var ended = new ManualResetEventSlim();
        int predictions = 0;
        Thread[] others = [.. Enumerable.Range(0, 3).Select(thread => new Thread(() =>
        {
            running.Wait();
            while (!ended.IsSet)
            {
                together.Predict(ThreadedModel.Input(thread));
                Interlocked.Increment(ref predictions);
            }
        }))];
        Array.ForEach(others, thread => thread.Start());
        ThreadedModel.Trained(together, x, y, onStep: running.Set);
        ended.Set();
        Array.ForEach(others, thread => thread.Join());

        Assert.NotEqual(0, predictions);
        Assert.Equal(ThreadedModel.Values(alone), ThreadedModel.Values(together));
    }

    [Fact]
    public void Predict_WhileFitChangesNothing_PredictsAlwaysTheSame()
    {
        // With a rate of 0 only the averages of batch normalization move, and on data of one value to where they are: each read of a half-updated
        // average, and each step of a module in the wrong mode, shows.
        NDArray x = np.ones(new Shape(8, 6, 6, 2), typeof(float));
        NDArray y = np.zeros(new Shape(8, 3), typeof(float));
        using var model = new Sequential(
            (6, 6, 2),
            new BatchNormalization(momentum: 0.5),
            new TorchModuleLayer(torch.nn.Dropout(0.5)),
            new Flatten(),
            new Dense(3));
        model.Compile(new SGD(0), new MeanSquaredError());
        model.Fit(x, y, epochs: 40, verbose: 0);
        float[] expected = model.Predict(x).ToArray<float>();
        using var ended = new ManualResetEventSlim();
        var different = new List<float[]>();
        var other = new Thread(() =>
        {
            while (!ended.IsSet)
            {
                float[] predicted = model.Predict(x).ToArray<float>();
                if (!predicted.AsSpan().SequenceEqual(expected))
                    different.Add(predicted);
            }
        });
        other.Start();
        model.Fit(x, y, epochs: 300, verbose: 0);
        ended.Set();
        other.Join();

        Assert.Empty(different);
    }

    [Fact]
    public void Fit_TwoModelsAtOnce_RepeatTheirBits()
    {
        (NDArray x, NDArray y) = ThreadedModel.Task();
        float[][] apart = [.. TwoModels().Select(model => ThreadedModel.Values(ThreadedModel.Trained(model, x, y, onStep: null)))];
        for (int round = 0; round < 4; round++)
        {
            Sequential[] models = TwoModels();
            int first = round % 2;
            Thread[] threads = [.. new[] { first, 1 - first }.Select(i => new Thread(() => ThreadedModel.Trained(models[i], x, y, onStep: null, compile: false)))];
            Array.ForEach(threads, thread => thread.Start());
            Array.ForEach(threads, thread => thread.Join());

            Assert.Equal(apart, models.Select(ThreadedModel.Values));
        }

        static Sequential[] TwoModels()
        {
            TorchRuntime.SetSeed(11);
            Sequential[] models = [ThreadedModel.Create(built: true, seed: null), ThreadedModel.Create(built: true, seed: null)];
            Array.ForEach(models, ThreadedModel.Compile);
            return models;
        }
    }

    private static void InParallel(Action<int> action)
    {
        var errors = new Exception?[Threads];
        Thread[] threads = [.. Enumerable.Range(0, Threads).Select(thread => new Thread(() => errors[thread] = Record.Exception(() => action(thread))))];
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());
        Assert.All(errors, Assert.Null);
    }
}
