using CifarVision.Datasets;
using CifarVision.Layers;
using CifarVision.Losses;
using CifarVision.Models;
using CifarVision.Optimizers;
using CifarVision.Runtime;
using CifarVision.Tests.Testing;

namespace CifarVision.Tests.Models;

/// <summary>Data at the edges trains as in Keras, or the error says what is wrong.</summary>
public class ExtremeDataTests
{
    [Fact]
    public void Fit_OneSample_Trains()
    {
        (NDArray x, NDArray y) = TinyTask.Arrays(1);
        using Sequential model = TinyTask.Compiled();

        Assert.All(model.Fit(x, y, epochs: 3, verbose: 0).History["loss"], loss => Assert.True(double.IsFinite(loss)));
        Assert.Equal([1L, 3L], model.Predict(x).shape);
        Assert.Contains("validationSplit must leave at least one of the 1 samples", Assert.Throws<ArgumentOutOfRangeException>(() => model.Fit(x, y, verbose: 0, validationSplit: 0.5)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(24)]
    [InlineData(1000)]
    [InlineData(int.MaxValue)]
    public void Fit_BatchOfAllOrMore_IsOneStep(int batchSize)
    {
        (NDArray x, NDArray y) = TinyTask.Arrays(24);
        float[][] values = [.. new[] { 24, batchSize }.Select(size =>
        {
            TorchRuntime.SetSeed(4);
            using Sequential model = TinyTask.Compiled();
            model.Fit(x, y, batchSize: size, epochs: 3, verbose: 0, validationSplit: 0.25);
            Assert.Equal(3, model.Optimizer!.Iterations);
            Assert.True(model.Evaluate(x, y, batchSize: size, verbose: 0)["loss"] > 0);
            return CommonMistakesTests.Values(model);
        })];

        Assert.Equal(values[0], values[1]);
    }

    [Fact]
    public void Fit_OneClassOfThree_LearnsIt()
    {
        ImageDataset data = TinyTask.Images(24);
        var one = new ImageDataset(data.Images, np.zeros(new Shape(24), typeof(int)) + 1, 3);
        using Sequential model = TinyTask.Compiled(dropout: 0);
        model.Fit(one, epochs: 10, verbose: 0);

        Assert.Equal(1, model.Evaluate(one, verbose: 0)["accuracy"]);
    }

    [Fact]
    public void Fit_OneClassAndOneUnit_LearnsIt()
    {
        ImageDataset data = TinyTask.Images(24);
        var one = new ImageDataset(data.Images, np.zeros(new Shape(24), typeof(int)));
        using var model = new Sequential((6, 6, 2), new Flatten(), new Dense(1, ActivationFunction.Sigmoid));
        model.Compile(new SGD(0.5), new BinaryCrossentropy());
        model.Fit(one, epochs: 20, verbose: 0);

        Assert.Equal(1, one.ClassCount);
        Assert.All(model.Predict(one).ToArray<float>(), probability => Assert.InRange(probability, 0, 0.1f));
    }

    [Fact]
    public void Fit_AllZeros_StaysFinite()
    {
        NDArray x = np.zeros(new Shape(16, 6, 6, 2), typeof(float));
        NDArray y = np.zeros(new Shape(16, 3), typeof(float));
        using Sequential model = TinyTask.Compiled();

        Assert.All(model.Fit(x, y, epochs: 5, verbose: 0).History["loss"], loss => Assert.Equal(0, loss));
        Assert.All(CommonMistakesTests.Values(model), value => Assert.True(float.IsFinite(value)));
    }

    [Theory]
    [InlineData(double.MaxValue)]
    [InlineData(1e39)]
    public void Optimizer_RateBeyondFloat32_IsRefused(double rate)
    {
        Assert.Contains("the largest float32, but was", Assert.Throws<ArgumentOutOfRangeException>(() => new SGD(rate)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => new Adam().LearningRate = rate);
    }
}
