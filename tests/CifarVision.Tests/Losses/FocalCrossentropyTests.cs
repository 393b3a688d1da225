using CifarVision.Graphs;
using CifarVision.Layers;
using CifarVision.Losses;
using CifarVision.Models;
using CifarVision.Optimizers;

namespace CifarVision.Tests.Losses;

/// <summary>BinaryFocalCrossentropy and CategoricalFocalCrossentropy.</summary>
public sealed class FocalCrossentropyTests : IDisposable
{
    private readonly DisposeScope _scope = torch.NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    [Fact]
    public void Call_GammaZero_IsTheCrossentropy()
    {
        Tensor yTrue = torch.tensor(new double[,] { { 1, 0, 0 }, { 0, 0, 1 } });
        Tensor yPred = torch.tensor(new[,] { { 0.7, 0.2, 0.1 }, { 0.3, 0.3, 0.4 } });

        Assert.Equal(new BinaryCrossentropy().Call(yTrue, yPred).item<double>(), new BinaryFocalCrossentropy(gamma: 0).Call(yTrue, yPred).item<double>(), 1e-15);
        Assert.Equal(new CategoricalCrossentropy().Call(yTrue, yPred).item<double>(), new CategoricalFocalCrossentropy(alpha: 1, gamma: 0).Call(yTrue, yPred).item<double>(), 1e-15);
    }

    [Fact]
    public void Call_AlphaOfEachClass_WeighsTheTrueClass()
    {
        Tensor yTrue = torch.tensor(new double[,] { { 1, 0 }, { 0, 1 } });
        Tensor yPred = torch.tensor(new[,] { { 0.6, 0.4 }, { 0.5, 0.5 } });
        double[] expected = [3 * 0.16 * -Math.Log(0.6), 0.5 * 0.25 * -Math.Log(0.5)];

        var loss = new CategoricalFocalCrossentropy(alpha: [3, 0.5]);

        Assert.Equal(expected.Average(), loss.Call(yTrue, yPred).item<double>(), 1e-15);
        Assert.Equal(expected.Average(), loss.Call(yTrue, yPred.to(ScalarType.Float32)).item<float>(), 1e-7);
    }

    [Fact]
    public void Call_AlphaOfAnotherNumberOfClasses_Throws() => Assert.Equal(
        "CategoricalFocalCrossentropy: alpha must have a weight for each of the 3 classes, or one for all, but was 2 weights.",
        Assert.Throws<ArgumentException>(() => new CategoricalFocalCrossentropy(alpha: [1, 2]).Call(torch.ones(2, 3), torch.ones(2, 3))).Message);

    [Fact]
    public void Losses_SigmoidBeforeBinaryFocal_TakesLogits()
    {
        // So far from 0 that float32 has no probability but 0 there: the crossentropy of a clipped one would have no gradient.
        using var model = new Sequential(1, new Dense(1, ActivationFunction.Sigmoid));
        model.SetWeights([np.array(new float[,] { { 1 } }), np.array(new float[] { 0 })]);
        model.Compile(new SGD(1), new BinaryFocalCrossentropy());
        NDArray x = np.array(new float[,] { { -200 } });

        Assert.Equal(200, model.TestOnBatch(x, np.array(new float[,] { { 1 } }))["loss"], 1e-4);
        model.TrainOnBatch(x, np.array(new float[,] { { 1 } }));
        Assert.Equal(1 - 200.0, model.GetWeights()[0].GetSingle(0, 0), 200 * 1e-5);
    }

    [Fact]
    public void Losses_SoftmaxBeforeCategoricalFocal_TakesProbabilities()
    {
        using var model = new Sequential(4, new Dense(3, ActivationFunction.Softmax));
        var loss = new CategoricalFocalCrossentropy();

        Assert.Same(loss, new ExecutionPlan(model.Graph, [loss]).Losses[0]);
    }

    [Fact]
    public void OnLogits_OfALossOnLogits_IsNone() => Assert.Null(new BinaryFocalCrossentropy(fromLogits: true).OnLogits());

    [Fact]
    public void Fit_OneUnit_NamesTheBinaryLoss()
    {
        using var model = new Sequential(4, new Dense(1, ActivationFunction.Sigmoid));
        model.Compile(new SGD(), new CategoricalFocalCrossentropy());

        Assert.StartsWith(
            "CategoricalFocalCrossentropy: the model must have a unit for each class",
            Assert.Throws<ArgumentException>(() => model.Fit(np.zeros(new Shape(4, 4), np.float32), np.zeros(new Shape(4, 1), np.float32), verbose: 0)).Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(-0.1, 2, 0)]
    [InlineData(0.25, -1, 0)]
    [InlineData(0.25, double.NaN, 0)]
    [InlineData(0.25, 2, 1.5)]
    public void Create_NumberOutOfRange_IsRejected(double alpha, double gamma, double labelSmoothing)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new BinaryFocalCrossentropy(alpha: alpha, gamma: gamma, labelSmoothing: labelSmoothing));
        Assert.Throws<ArgumentOutOfRangeException>(() => new CategoricalFocalCrossentropy(alpha, gamma, labelSmoothing: labelSmoothing));
        Assert.Throws<ArgumentException>(() => new CategoricalFocalCrossentropy(alpha: []));
    }
}
